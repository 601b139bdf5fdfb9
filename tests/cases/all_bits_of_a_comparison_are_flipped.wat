;; x ^ -1 is ~x in C, but compilers warn of ~ on the result of a comparison.
;; call equal i32:3 i32:3 -> i32:-2
;; call equal i32:3 i32:4 -> i32:-1
;; call less i64:3 i64:4 -> i32:-2
;; call none f64:0 -> i64:-2
;; call all i32:5 -> i32:-6
(module
  (func (export "equal") (param i32 i32) (result i32)
    (i32.xor (i32.eq (local.get 0) (local.get 1)) (i32.const -1)))
  (func (export "less") (param i64 i64) (result i32)
    (i32.xor (i64.lt_s (local.get 0) (local.get 1)) (i32.const -1)))
  (func (export "none") (param f64) (result i64)
    (i64.xor (i64.extend_i32_u (f64.eq (local.get 0) (f64.const 0))) (i64.const -1)))
  (func (export "all") (param i32) (result i32)
    (i32.xor (local.get 0) (i32.const -1))))
