;; call run ->
;; read 0 "\x13\x00\x00\x00\x00"
(module
  (memory (export "memory") 1)
  (func (export "run")
    i32.const 0
    i32.const 12
    i32.const 7
    i32.add
    i32.store))
