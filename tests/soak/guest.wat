;; What host.c does with instances of this, in many threads at once.
(module
  (type $unary (func (param i32) (result i32)))
  (import "env" "tag" (tag $tag (param i32)))
  (import "env" "throws" (func $throws (param i32)))
  (memory $memory (export "memory") 1 16)
  (table $t 2 64 funcref)
  (elem (i32.const 0) $add $times)
  (func $add (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $times (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))

  ;; Go on for ever.
  (func (export "spin") (loop $again (br $again)))
  (func (export "store") (local $i i32)
    (loop $again
      (i32.store (i32.and (local.get $i) (i32.const 0xfffc)) (local.get $i))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $again)))
  (func (export "indirect") (local $i i32)
    (loop $again
      (local.set $i (call_indirect $t (type $unary) (local.get $i) (i32.and (local.get $i) (i32.const 1))))
      (br $again)))
  (func (export "fill") (loop $again (memory.fill (i32.const 0) (i32.const 7) (i32.const 0x8000)) (br $again)))
  (func $even (param i32) (return_call $odd (i32.add (local.get 0) (i32.const 1))))
  (func $odd (param i32) (return_call $even (i32.add (local.get 0) (i32.const 1))))
  (func (export "tail") (call $even (i32.const 0)))
  (func (export "catch_forever") (loop $again (drop (call $catch (i32.const 5))) (br $again)))

  ;; End in another way.
  (func $deep (param i32) (result i32) (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func (export "exhaust") (drop (call $deep (i32.const 0))))
  (func (export "outside") (drop (i32.load (i32.const -4))))
  (func (export "divide") (drop (i32.div_u (i32.const 1) (memory.grow (i32.const 0)))) (drop (i32.div_u (i32.const 1) (i32.const 0))))
  (func $catch (param i32) (result i32)
    (try (result i32)
      (do (call $throws (local.get 0)) (i32.const 0))
      (catch $tag)))
  (func (export "catch") (if (i32.ne (call $catch (i32.const 9)) (i32.const 9)) (then unreachable)))
  (func (export "uncaught") (call $throws (i32.const 3)))
  (func (export "grow") (drop (memory.grow (i32.const 1))) (drop (table.grow $t (ref.null func) (i32.const 1))))
  (func (export "sum") (local $i i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (call_indirect $t (type $unary) (local.get $i) (i32.and (local.get $i) (i32.const 1)))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
    (if (i32.ne (local.get $sum) (i32.const 10000)) (then unreachable))))
