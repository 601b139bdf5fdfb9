;; From inside of a switch, jumps go to ends of blocks that lie inside of it too, where only another jump stands. What
;; falls out of the switch must not be taken for them: here it comes to 32, and not to 36 at once.
;; call run -> i32:3236
(module
  (global $logged (mut i32) (i32.const 0))
  (func $log (param i32)
    (global.set $logged (i32.add (i32.mul (global.get $logged) (i32.const 100)) (local.get 0))))
  (func $go (local i32 i32 i32)
    (local.set 1 (i32.add (local.get 2) (i32.const 8)))
    (loop $b5 (block $b4 (block $b3 (block $b2 (block $b1
      (if (i32.const 0) (then
        (if (i32.const 0) (then
          (block $b10 (block $b9 (loop $b8 (br_table $b9 $b8 $b1 (i32.const 0)))))))))
      (block $b18
        (block $b16 (br_table $b16 $b18 $b16 (i32.const 1)))
        (if $b19 (i32.const 0)
          (then)
          (else
            (block $b22
              (block $b21
                (loop $b20 (br_table $b3 $b22 $b22 $b21 $b22 (i32.const 0)))
                (br $b3))
              (if (i32.const 0) (then (br $b19) (br $b4) (br $b2)))
              (local.set 2 (i32.add (local.get 1) (i32.const 0)))
              (br $b2))
            (call $log (i32.const 31))))
        (br $b2))
      (br $b1))
      (call $log (i32.const 32))
      (br $b2)))))
    (call $log (i32.const 36)))
  (func (export "run") (result i32) (call $go) (global.get $logged)))
