;; call last i32:0 -> trap "call stack exhausted"
;; read 0 "\x01\x00"
;; call again i32:0 -> trap "call stack exhausted"
;; read 8 "\x01"
;; call tree i32:-1 -> trap "call stack exhausted"
;; read 16 "\x01\x00"
;; call tree_again i32:-1 -> trap "call stack exhausted"
;; read 24 "\x01"
;; call constant_index i32:0 -> trap "call stack exhausted"
;; read 32 "\x01\x00"
;; call constant_index_inside i32:0 -> trap "call stack exhausted"
;; read 40 "\x01\x00"
;; call global i32:-1 -> trap "call stack exhausted"
;; call global_is -> i32:1
;; A compiler that does not count on the end of the stack may do the first of two stores after the call between them, or not at all.
(module
  (memory (export "memory") 1)
  (global $read (mut i32) (i32.const 0))
  (global $written (mut i32) (i32.const 0))
  (type $one (func (param i32)))
  (type $one_to_one (func (param i32) (result i32)))

  (func $endless (param i32) (call $endless (local.get 0)))
  (func (export "last") (param i32)
    (i32.store8 (i32.const 0) (i32.const 1))
    (call $endless (i32.const 0))
    (i32.store8 (i32.const 1) (i32.const 2)))
  (func (export "again") (param i32)
    (i32.store8 (i32.const 8) (i32.const 1))
    (call $endless (i32.const 0))
    (i32.store8 (i32.const 8) (i32.const 2)))

  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func (export "tree") (param i32)
    (i32.store8 (i32.const 16) (i32.const 1))
    (drop (call $fib (local.get 0)))
    (i32.store8 (i32.const 17) (i32.const 2)))
  (func (export "tree_again") (param i32) (local i32)
    (i32.store8 (i32.const 24) (i32.const 1))
    (local.set 1 (call $fib (local.get 0)))
    (i32.store8 (i32.const 24) (local.get 1)))

  ;; Compilers find the function in a table that never changes.
  (func $by_table (param i32) (call_indirect (type $one) (local.get 0) (i32.const 0)))
  (func (export "constant_index") (param i32)
    (i32.store8 (i32.const 32) (i32.const 1))
    (call $by_table (i32.const 0))
    (i32.store8 (i32.const 33) (i32.const 2)))
  (func $by_table_inside (param i32) (result i32)
    (i32.add (i32.const 1) (call_indirect (type $one_to_one) (local.get 0) (i32.const 1))))
  (func (export "constant_index_inside") (param i32)
    (i32.store8 (i32.const 40) (i32.const 1))
    (drop (call $by_table_inside (i32.const 0)))
    (i32.store8 (i32.const 41) (i32.const 2)))
  (table 2 2 funcref)
  (elem (i32.const 0) $by_table $by_table_inside)

  (func $reads (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (global.get $read))
      (else (i32.add (call $reads (i32.sub (local.get 0) (i32.const 1))) (call $reads (i32.sub (local.get 0) (i32.const 2)))))))
  (func (export "global") (param i32)
    (global.set $written (i32.const 1))
    (drop (call $reads (local.get 0)))
    (global.set $written (i32.const 2)))
  (func (export "global_is") (result i32) (global.get $written)))
