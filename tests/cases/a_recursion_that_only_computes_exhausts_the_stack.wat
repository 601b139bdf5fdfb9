;; call tail i32:0 -> trap "call stack exhausted"
;; call sum i32:0 -> trap "call stack exhausted"
;; call dropped i32:0 -> trap "call stack exhausted"
;; call nothing i32:0 -> trap "call stack exhausted"
;; call masked i32:0 -> trap "call stack exhausted"
;; call same i32:0 -> trap "call stack exhausted"
;; call parameter i32:0 -> trap "call stack exhausted"
;; call either i32:0 -> trap "call stack exhausted"
;; call long i64:0 -> trap "call stack exhausted"
;; call float f32:0 -> trap "call stack exhausted"
;; call double f64:0 -> trap "call stack exhausted"
;; call turns i32:0 -> trap "call stack exhausted"
;; call switched i32:0 -> trap "call stack exhausted"
;; call stores_around i32:0 -> trap "call stack exhausted"
;; read 0 "\x01\x00"
;; call fib i32:20 -> i32:10946
;; call doubles i32:10 -> f64:1024
;; call memo i32:5 -> i32:31
;; C compilers turn a recursion that they see to have no effect into a loop, or leave it out, unless its result goes through something unknown.
;; These go on for 2^31 calls, two at a time past the 7 at which they would end.
(module
  (memory (export "memory") 1)
  (func $tail (export "tail") (param i32) (result i32)
    (if (result i32) (i32.eq (local.get 0) (i32.const 7)) (then (local.get 0)) (else (call $tail (i32.add (local.get 0) (i32.const 2))))))
  (func $sum (export "sum") (param i32) (result i32)
    (if (result i32) (i32.eq (local.get 0) (i32.const 7)) (then (i32.const 1))
      (else (i32.add (local.get 0) (call $sum (i32.add (local.get 0) (i32.const 2)))))))
  (func $dropped (export "dropped") (param i32) (result i32)
    (if (i32.ne (local.get 0) (i32.const 7)) (then (drop (call $dropped (i32.add (local.get 0) (i32.const 2))))))
    (i32.const 5))
  (func $nothing (export "nothing") (param i32) (result i32)
    (if (result i32) (i32.eq (local.get 0) (i32.const 7)) (then (i32.const 0))
      (else (i32.mul (i32.const 0) (call $nothing (i32.add (local.get 0) (i32.const 2)))))))
  (func $masked (export "masked") (param i32) (result i32) (local i32)
    (local.set 1 (local.get 0))
    (if (i32.ne (local.get 0) (i32.const 7))
      (then (local.set 1 (i32.or (local.get 0) (i32.and (i32.const 0) (call $masked (i32.add (local.get 0) (i32.const 2))))))))
    (local.get 1))
  (func $same (export "same") (param i32) (result i32)
    (if (result i32) (i32.eq (local.get 0) (i32.const 7)) (then (i32.const 0))
      (else (i32.sub (call $same (i32.add (local.get 0) (i32.const 2))) (call $same (i32.add (local.get 0) (i32.const 2)))))))
  (func $parameter (export "parameter") (param i32) (result i32)
    (if (i32.ne (local.get 0) (i32.const 7)) (then (drop (call $parameter (i32.add (local.get 0) (i32.const 2))))))
    (local.get 0))
  (func $either (export "either") (param i32) (result i32) (local i32)
    (if (i32.eq (local.get 0) (i32.const 7)) (then (return (i32.const 3))))
    (if (i32.and (local.get 0) (i32.const 4))
      (then (local.set 1 (call $either (i32.add (local.get 0) (i32.const 2)))))
      (else (drop (call $either (i32.add (local.get 0) (i32.const 2))))))
    (local.get 1))
  (func $long (export "long") (param i64) (result i64)
    (if (result i64) (i64.eq (local.get 0) (i64.const 7)) (then (local.get 0)) (else (call $long (i64.add (local.get 0) (i64.const 2))))))
  (func $float (export "float") (param f32) (result f32)
    (if (result f32) (f32.eq (local.get 0) (f32.const 7)) (then (local.get 0)) (else (call $float (f32.sub (local.get 0) (f32.const 2))))))
  (func $double (export "double") (param f64) (result f64)
    (if (result f64) (f64.eq (local.get 0) (f64.const 7)) (then (local.get 0))
      (else (f64.mul (f64.const 2) (call $double (f64.sub (local.get 0) (f64.const 2)))))))
  (func $turns (export "turns") (param i32) (result i32) (local i32)
    (if (i32.ne (local.get 0) (i32.const 7))
      (then (loop $again
        (local.set 1 (i32.add (local.get 1) (call $turns (i32.add (local.get 0) (i32.const 2)))))
        (br_if $again (i32.eq (local.get 1) (i32.const 3))))))
    (local.get 1))
  (func $switched (export "switched") (param i32) (result i32) (local i32)
    (block $end (block $one (block $zero
      (br_table $zero $one $end (i32.and (local.get 0) (i32.const 3))))
      (return (call $switched (i32.add (local.get 0) (i32.const 2)))))
      (local.set 1 (i32.const 1)))
    (if (i32.eq (local.get 0) (i32.const 7)) (then (return (local.get 1))))
    (call $switched (i32.add (local.get 0) (i32.const 2))))
  (func (export "stores_around") (param i32)
    (i32.store8 (i32.const 0) (i32.const 1))
    (drop (call $dropped (local.get 0)))
    (i32.store8 (i32.const 1) (call $nothing (local.get 0))))

  (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (i32.const 1))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func $doubles (export "doubles") (param i32) (result f64) (local f64)
    (local.set 1 (f64.const 1))
    (if (local.get 0) (then (local.set 1 (f64.mul (f64.const 2) (call $doubles (i32.sub (local.get 0) (i32.const 1)))))))
    (local.get 1))
  (func $memo (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.add (call $memo (i32.sub (local.get 0) (i32.const 1))) (call $memo (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 1))))
  (table 1 funcref) (elem (i32.const 0) $memo)
  (func (export "memo") (param i32) (result i32)
    (i32.sub (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)) (i32.const 1))))
