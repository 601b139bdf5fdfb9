;; call copy i32:0 i32:4 i32:4 ->
;; read 0 "5678"
;; call back ->
;; call b i32:0 -> i32:0x38
;; call a i32:3 -> i32:0x38
;; call b i32:65536 -> i32:0
;; call a i32:65536 -> trap "out of bounds memory access"
;; call b i32:131072 -> trap "out of bounds memory access"
;; call grow_b -> i32:2
;; call sizes -> i32:1 i32:3
;; call order -> i32:0x3838
(module
  (memory $a (export "memory") 1)
  (memory $b 2)
  (data (memory $b) (i32.const 0) "12345678")
  (func (export "copy") (param i32 i32 i32) (memory.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
  (func (export "back") (memory.copy $b $a (i32.const 0) (i32.const 3) (i32.const 1)))
  (func (export "a") (param i32) (result i32) (i32.load8_u $a (local.get 0)))
  (func (export "b") (param i32) (result i32) (i32.load8_u $b (local.get 0)))
  (func (export "grow_b") (result i32) (memory.grow $b (i32.const 1)))
  (func (export "sizes") (result i32 i32) (memory.size $a) (memory.size $b))
  (func (export "order") (result i32)
    (i32.load8_u $b (i32.const 0))
    (i32.store8 $b (i32.const 0) (i32.const 0))
    (i32.or (i32.shl (i32.load8_u $a (i32.const 3)) (i32.const 8)))))
