;; call after_return -> i32:1
;; call after_br i32:0 -> i32:2
;; call after_unreachable -> trap "unreachable"
;; call polymorphic i32:1 -> i32:3
;; call polymorphic i32:0 -> trap "unreachable"
;; call dead_loop -> i32:4
;; call dead_values -> i32:5
;; call dead_table -> i32:6
;; call callers_of_themselves -> trap "unreachable"
(module
  (memory 1)
  (func (export "after_return") (result i32)
    (return (i32.const 1))
    i32.add
    (f32.const 1)
    drop
    (loop (br 0))
    unreachable)
  (func (export "after_br") (param i32) (result i32)
    (block (result i32)
      (br 0 (i32.const 2))
      i64.extend_i32_u
      i32.wrap_i64
      (local.get 0)
      select
      (if (result i32) (then (i32.const 1)) (else (br 1 (i32.const 3))))))
  (func (export "after_unreachable") (result i32)
    unreachable
    select
    i32.eqz)
  (func (export "polymorphic") (param i32) (result i32)
    (block (if (i32.eqz (local.get 0)) (then (i32.store (unreachable)) (drop) (call $none (i32.trunc_f32_s))) (else (br 1 (i32.const 3)))))
    (i32.const 3))
  (func $none (param i32))
  (func (export "dead_loop") (result i32)
    (block $out (br $out) (loop $again (br_if $out (i32.const 1)) (br $again)))
    (i32.const 4))
  (func (export "dead_values") (result i32)
    (block (result i32)
      (i32.const 9) (i32.const 8)
      (br 0 (i32.const 5))
      (drop) (drop) (drop)))
  (func (export "dead_table") (result i32)
    (block $a (result i32)
      (br $a (i32.const 6))
      (br_table $a $a $a (i32.const 0))
      (br_if $a)
      (br_if 0)))
  (func (export "callers_of_themselves")
    (block (unreachable))
    (call $itself (i32.const 1)) (call $one (i32.const 1)) (return_call $onward (i32.const 1)))
  (func $itself (param i32) (if (local.get 0) (then (call $itself (i32.sub (local.get 0) (i32.const 1))))))
  (func $one (param i32) (if (local.get 0) (then (call $other (local.get 0)))))
  (func $other (param i32) (call $one (i32.sub (local.get 0) (i32.const 1))))
  (func $onward (param i32) (if (local.get 0) (then (return_call $onward (i32.sub (local.get 0) (i32.const 1)))))))
