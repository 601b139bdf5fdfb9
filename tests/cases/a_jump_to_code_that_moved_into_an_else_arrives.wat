;; call run i32:1 i32:0 i32:0 -> i32:31
;; call run i32:0 i32:3 i32:1 -> i32:31
;; call run i32:0 i32:3 i32:0 -> i32:0
;; call run i32:0 i32:0 i32:1 -> i32:0
;; call run i32:0 i32:1 i32:1 -> i32:0
;; call run i32:0 i32:9 i32:1 -> i32:0
(module
  (global $way (mut i32) (i32.const 0))
  ;; The code after $b1 is reached from $b0's branch, and from a case of the table by $b1.
  (func $go (param $a i32) (param $b i32) (param $c i32)
    (block $b3
      (block $b2
        (block $b1
          (block $b0
            (br_if $b0 (local.get $a))
            (block $b10
              (block $b9
                (block $b7 (block $b6 (block $b5 (block $b4
                  (br_table $b10 $b5 $b6 $b9 $b7 $b4 (local.get $b))))))
                (br $b2))
              (br_if $b1 (local.get $c)))
            (br $b3)))
        (global.set $way (i32.const 31)))))
  (func (export "run") (param i32 i32 i32) (result i32)
    (global.set $way (i32.const 0))
    (call $go (local.get 0) (local.get 1) (local.get 2))
    (global.get $way)))
