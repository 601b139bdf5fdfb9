;; call run i32:0 -> trap unreachable
;; call path -> i32:0x23395be7
;; call run i32:2654435761 -> trap unreachable
;; call path -> i32:0x1869d0b5
;; call run i32:1013904226 ->
;; call path -> i32:0x5aab656
;; call run i32:3668339987 -> trap unreachable
;; call path -> i32:0xaf0baead
;; call run i32:3041712678 -> trap unreachable
;; call path -> i32:0x9a7c7981
;; call run i32:1401181143 -> trap unreachable
;; call path -> i32:0xc9c9ba42
;; call run i32:3450571044 -> trap unreachable
;; call path -> i32:0xad7c1715
;; call run i32:2703968361 -> trap unreachable
;; call path -> i32:0x8225391d
(module
  ;; Where a block's end is itself a jump back, the order of labels is not that of the places they lead to.
  (global $x (mut i32) (i32.const 0))
  (global $fuel (mut i32) (i32.const 0))
  (global $path (mut i32) (i32.const 0))
  (func $log (param i32)
    (global.set $path (i32.add (i32.mul (global.get $path) (i32.const 31)) (local.get 0))))
  (func $next (result i32)
    (if (i32.eqz (global.get $fuel)) (then (unreachable)))
    (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))
    (global.set $x (i32.add (i32.mul (global.get $x) (i32.const 1664525)) (i32.const 1013904223)))
    (i32.rem_u (i32.shr_u (global.get $x) (i32.const 16)) (i32.const 11)))
  (func (export "path") (result i32) (global.get $path))
  (func (export "run") (param i32)
    (global.set $x (local.get 0))
    (global.set $fuel (i32.const 60))
    (global.set $path (i32.const 0))
    (call $go))
  (func $go
    (block $b3
      (block $b2
        (block $b1
          (block $b0
            (br_table $b1 $b0 $b0 (i32.and (call $next) (i32.const 7))))
          (call $log (i32.const 1))
          (br $b1))
        (call $log (i32.const 2))
        (br $b3))
      (call $log (i32.const 3))
      (br $b3))
    (call $log (i32.const 4))
    (block $b8
      (block $b7
        (block $b6
          (block $b5
            (block $b4
              (br_if $b4 (i32.and (call $next) (i32.const 1)))
              (call $log (i32.const 5))
              (br_table $b5 $b5 $b6 $b8 $b8 $b7 $b8 $b6 $b6 $b5 (call $next)))
            (call $log (i32.const 6))
            (br $b6))
          (call $log (i32.const 7)))
        (call $log (i32.const 8))
        (br $b7))
      (call $log (i32.const 9))
      (br $b8))
    (call $log (i32.const 10))
    (loop $b9
      (drop (call $next))
      (br_if $b9 (i32.and (call $next) (i32.const 7)))
      (call $log (i32.const 11))
      (loop $b10
        (drop (call $next))
        (block $b17
          (block $b16
            (block $b15
              (block $b14
                (block $b13
                  (block $b12
                    (block $b11
                      (loop $b18
                        (drop (call $next))
                        (block $b22
                          (block $b21
                            (block $b20
                              (block $b19
                                (call $log (i32.const 12))
                                (call $log (i32.const 13))
                                (call $log (i32.const 14))
                                (if $b23 (call $next)
                                  (then
                                    (block $b27
                                      (block $b26
                                        (block $b25
                                          (block $b24
                                            (br_table $b25 $b24 (call $next)))
                                          (call $log (i32.const 15)))
                                        (call $log (i32.const 16))
                                        (call $log (i32.const 17))
                                        (block $b34
                                          (block $b33
                                            (block $b32
                                              (block $b31
                                                (block $b30
                                                  (block $b29
                                                    (loop $b28
                                                      (drop (call $next))
                                                      (br_table $b30 $b32 $b10 $b34 $b17 $b29 $b14 $b32 $b30 $b13 $b31 (i32.and (call $next) (i32.const 3))))
                                                    (call $log (i32.const 18)))
                                                  (call $log (i32.const 19))
                                                  (br $b26))
                                                (call $log (i32.const 20))
                                                (call $log (i32.const 21))
                                                (call $log (i32.const 22))
                                                (call $log (i32.const 23))
                                                (loop $b35
                                                  (drop (call $next))
                                                  (br_if $b26 (call $next))
                                                  (call $log (i32.const 24))
                                                  (call $log (i32.const 25)))
                                                (br $b10))
                                              (call $log (i32.const 26))))
                                          (call $log (i32.const 27)))
                                        (call $log (i32.const 28))
                                        (br_if $b18 (call $next))
                                        (br $b23))
                                      (call $log (i32.const 29))
                                      (br_if $b14 (call $next)))
                                    (call $log (i32.const 30))
                                    (br $b12))
                                  (else ))
                                (br_table $b12 $b20 $b21 $b22 $b22 $b21 $b22 $b21 (call $next)))
                              (call $log (i32.const 31)))
                            (br $b22))
                          (call $log (i32.const 32))
                          (br_if $b17 (call $next)))
                        (br $b15))
                      (br_table $b15 $b16 (i32.and (call $next) (i32.const 1))))
                    (call $log (i32.const 33))
                    (br $b16)))
                (call $log (i32.const 34)))
              (call $log (i32.const 35))
              (br $b10))
            (br $b9))
          (call $log (i32.const 36))
          (br $b10))
        (call $log (i32.const 37))))))
