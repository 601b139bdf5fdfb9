;; call clamp i32:5 i32:0 i32:10 -> i32:5
;; call clamp i32:-5 i32:0 i32:10 -> i32:0
;; call clamp i32:50 i32:0 i32:10 -> i32:10
;; call clamp i32:-2147483648 i32:-1 i32:1 -> i32:-1
(module
  (func (export "clamp") (param $x i32) (param $low i32) (param $high i32) (result i32)
    (block $done (result i32)
      (drop (br_if $done (local.get $low) (i32.lt_s (local.get $x) (local.get $low))))
      (drop (br_if $done (local.get $high) (i32.gt_s (local.get $x) (local.get $high))))
      (local.get $x))))
