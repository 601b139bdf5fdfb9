;; call f i32:3 i32:4 -> i32:14
;; call f i32:0x7fffffff i32:1 -> i32:0
;; call f i32:-1 i32:0 -> i32:-2
(module
  (func (export "f") (param $a i32) (param $b i32) (result i32)
    (i32.mul (i32.add (local.get $a) (local.get $b)) (i32.const 2))))
