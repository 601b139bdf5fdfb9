;; call size -> i32:2
;; call grow i32:0 -> i32:2
;; call grow i32:3 -> i32:2
;; call size -> i32:5
;; call store i32:327676 i32:77 ->
;; call grow i32:60 -> i32:-1
;; call size -> i32:5
;; call load i32:327680 -> trap "out of bounds memory access"
;; call grow i32:59 -> i32:5
;; call size -> i32:64
;; call load i32:327676 -> i32:77
;; call load i32:4194300 -> i32:0
;; call load i32:4194301 -> trap "out of bounds memory access"
;; call grow i32:1 -> i32:-1
;; call grow i32:-1 -> i32:-1
;; call size -> i32:64
;; call grow i32:0 -> i32:64
(module
  (memory (export "memory") 2 64)
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1))))
