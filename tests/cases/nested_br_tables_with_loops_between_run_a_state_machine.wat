;; call run i32:0 i32:50 -> i32:0x8800b45d
;; call run i32:3 i32:7 -> i32:0xdcf9cb33
;; call run i32:2 i32:1000 -> i32:0xa1ceac03
;; call case_into_case i32:0 -> i32:1111
;; call case_into_case i32:1 -> i32:1011
;; call case_into_case i32:2 -> i32:1011
;; call case_into_case i32:3 -> i32:1000
(module
  ;; States jump to one another from within each other's bodies; the inner table picks an operation.
  (func (export "run") (param $state i32) (param $n i32) (result i32)
    (local $x i32)
    (local.set $x (i32.const 12345))
    (block $halt
      (loop $step
        (br_if $halt (i32.eqz (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (block $s3 (block $s2 (block $s1 (block $s0
          (br_table $s0 $s1 $s2 $s3 (local.get $state)))
          (local.set $x (i32.mul (local.get $x) (i32.const 31)))
          (local.set $state (i32.and (local.get $x) (i32.const 3)))
          (br_if $s1 (i32.and (local.get $x) (i32.const 4)))
          (br $step))
          (local.set $x (i32.add (local.get $x) (i32.const 17)))
          (block $out
            (block $b (block $a
              (br_table $a $b $s2 $out (i32.and (local.get $x) (i32.const 7))))
              (local.set $x (i32.xor (local.get $x) (i32.const 0x55)))
              (local.set $state (i32.const 2))
              (br $step))
            (local.set $x (i32.rotl (local.get $x) (i32.const 5))))
          (local.set $state (i32.const 3))
          (br $step))
          (local.set $x (i32.sub (local.get $x) (local.get $n)))
          (loop $inner
            (br_if $s3 (i32.eqz (i32.and (local.get $x) (i32.const 1))))
            (local.set $x (i32.shr_u (local.get $x) (i32.const 1)))
            (br_if $inner (i32.and (local.get $x) (i32.const 2)))
            (br $step)))
        (local.set $state (i32.rem_u (i32.add (local.get $state) (i32.const 1)) (i32.const 4)))
        (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 5)) (local.get $state)))
        (br $step)))
    (local.get $x))
  (func (export "case_into_case") (param i32) (result i32) (local $r i32)
    (block $d (block $c (block $b (block $a
      (br_table $a $b $c $d (local.get 0)))
      (local.set $r (i32.const 100))
      (br_if $b (i32.const 1)))
      (local.set $r (i32.add (local.get $r) (i32.const 10)))
      (br_if $c (i32.const 0))
      (local.set $r (i32.add (local.get $r) (i32.const 1)))
      (br $d))
      (local.set $r (i32.add (local.get $r) (i32.const 11))))
    (i32.add (local.get $r) (i32.const 1000))))
