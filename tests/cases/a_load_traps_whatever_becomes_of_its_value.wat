;; call wrap i32:65533 -> trap "out of bounds memory access"
;; call and i32:65533 -> trap "out of bounds memory access"
;; call ext8 i32:65533 -> trap "out of bounds memory access"
;; call lane i32:65521 -> trap "out of bounds memory access"
;; call store8 i32:65533 i32:0 -> trap "out of bounds memory access"
;; call store32 i32:65529 i32:0 -> trap "out of bounds memory access"
;; call bit i32:65533 -> trap "out of bounds memory access"
;; call test i32:65533 -> trap "out of bounds memory access"
;; call mul i32:65533 -> trap "out of bounds memory access"
;; call i64add i32:65529 -> trap "out of bounds memory access"
;; call v8 i32:65521 -> trap "out of bounds memory access"
;; call sink i32:65533 i32:0 -> trap "out of bounds memory access"
;; call sinkstore i32:65533 i32:0 -> trap "out of bounds memory access"
;; call sinkstore2 i32:65531 i32:0 -> trap "out of bounds memory access"
;; call callign i32:65533 i32:0 -> trap "out of bounds memory access"
;; call callbig i32:65533 i32:0 -> trap "out of bounds memory access"
;; call dropget i32:65533 -> trap "out of bounds memory access"
;; call noop i32:65533 -> trap "out of bounds memory access"
;; call noop_var i32:65533 -> trap "out of bounds memory access"
;; call noop_wide i32:65533 -> trap "out of bounds memory access"
;; call noop_vector i32:65533 -> trap "out of bounds memory access"
;; call dse i32:65533 i32:0 -> trap "out of bounds memory access"
;; call dse_one_way i32:65533 i32:64 -> trap "out of bounds memory access"
;; call glob i32:65533 -> trap "out of bounds memory access"
;; call ifconv i32:65533 i32:0 -> trap "out of bounds memory access"
;; call nested i32:65533 i32:0 -> trap "out of bounds memory access"
;; call returns i32:65533 -> trap "out of bounds memory access"
;; call wrap i32:65528 -> i32:0
;; call sink i32:65532 i32:0 -> i32:3
;; call loop_carried i32:65532 i32:1 -> i32:0
;; call loop_carried i32:65532 i32:2 -> trap "out of bounds memory access"
;; What C compilers leave out, put off or load less of, because they do not know that a load may end the program: it traps all the same.
(module (memory (export "memory") 1 1) (global $g (mut i32) (i32.const 0))
 ;; of which a part is used
 (func (export "wrap") (param i32) (result i32) (i32.wrap_i64 (i64.load (local.get 0))))
 (func (export "and") (param i32) (result i32) (i32.and (i32.load (local.get 0)) (i32.const 255)))
 (func (export "ext8") (param i32) (result i32) (i32.extend8_s (i32.load (local.get 0))))
 (func (export "lane") (param i32) (result i32) (i32x4.extract_lane 0 (v128.load (local.get 0))))
 (func (export "store8") (param i32 i32) (result i32) (i32.store8 (local.get 1) (i32.load (local.get 0))) (i32.const 7))
 (func (export "store32") (param i32 i32) (result i32) (i64.store32 (local.get 1) (i64.load (local.get 0))) (i32.const 7))
 (func (export "bit") (param i32) (result i32) (i32.shl (i32.load (local.get 0)) (i32.const 24)))
 (func (export "test") (param i32) (result i32) (if (result i32) (i32.and (i32.load (local.get 0)) (i32.const 1)) (then (i32.const 5)) (else (i32.const 6))))
 (func (export "mul") (param i32) (result i32) (i32.and (i32.mul (i32.load (local.get 0)) (i32.const 3)) (i32.const 255)))
 (func (export "i64add") (param i32) (result i32) (i32.wrap_i64 (i64.add (i64.load (local.get 0)) (i64.const 3))))
 (func (export "v8") (param i32) (result i64) (i64x2.extract_lane 0 (v128.load (local.get 0))))
 (func (export "fsign") (param i32) (result f32) (f32.demote_f64 (f64.load (local.get 0))))
 ;; which only one way needs, or a called function that needs none of it, or nothing
 (func $ign (param i32 i32) (result i32) (if (result i32) (local.get 1) (then (local.get 0)) (else (i32.const 3))))
 (func $get (param i32) (result i32) (i32.load (local.get 0)))
 (func $big (param i32 i32) (result i32) (local i32) (loop (local.set 2 (i32.add (local.get 2) (i32.load (local.get 1)))) (br_if 0 (local.tee 1 (i32.load offset=4 (local.get 1))))) (local.get 2))
 (func (export "sink") (param i32 i32) (result i32) (local i32) (local.set 2 (i32.load (local.get 0)))
    (if (result i32) (local.get 1) (then (i32.mul (local.get 2) (i32.const 5))) (else (i32.const 3))))
 (func (export "sinkstore") (param i32 i32) (result i32) (local i32) (local.set 2 (i32.load (local.get 0)))
    (i32.store offset=0 (i32.const 64) (local.get 1))
    (if (result i32) (local.get 1) (then (i32.mul (local.get 2) (i32.const 5))) (else (i32.const 3))))
 (func (export "sinkstore2") (param i32 i32) (result i32) (local i32) (local.set 2 (i32.load offset=2 (local.get 0)))
    (i32.store8 offset=0 (local.get 0) (local.get 1))
    (if (result i32) (local.get 1) (then (i32.mul (local.get 2) (i32.const 5))) (else (i32.const 3))))
 (func (export "callign") (param i32 i32) (result i32) (call $ign (i32.load (local.get 0)) (local.get 1)))
 (func (export "callbig") (param i32 i32) (result i32) (call $big (i32.load (local.get 0)) (local.get 1)))
 (func (export "dropget") (param i32) (result i32) (drop (call $get (local.get 0))) (i32.const 4))
 (func (export "noop") (param i32) (result i32) (i32.store (local.get 0) (i32.load (local.get 0))) (i32.const 4))
 (func (export "dse") (param i32 i32) (result i32) (i32.store (local.get 1) (i32.load (local.get 0))) (i32.store (local.get 1) (i32.const 3)) (i32.const 4))
 (func (export "glob") (param i32) (result i32) (global.set $g (i32.load (local.get 0))) (global.set $g (i32.const 0)) (i32.const 4))
 (func (export "ifconv") (param i32 i32) (result i32) (local i32) (if (i32.load (local.get 0)) (then (local.set 2 (i32.const 5))) (else (local.set 2 (i32.const 7))))
    (if (result i32) (local.get 1) (then (i32.mul (local.get 2) (i32.const 5))) (else (i32.const 3))))
 (func (export "readg") (result i32) (global.get $g))
 (func (export "noop_var") (param i32) (result i32) (local i32)
    (local.set 1 (i32.load (local.get 0))) (i32.store (local.get 0) (local.get 1)) (i32.const 4))
 (func (export "noop_wide") (param i32) (result i32) (i64.store32 (local.get 0) (i64.load32_s (local.get 0))) (i32.const 4))
 (func (export "noop_vector") (param i32) (result i32) (v128.store (local.get 0) (v128.load (local.get 0))) (i32.const 4))
 (func (export "dse_one_way") (param i32 i32) (result i32) (i32.store (local.get 1) (i32.load (local.get 0)))
    (if (local.get 0) (then (i32.store (local.get 1) (i32.const 3)))) (i32.const 4))
 (func (export "nested") (param i32 i32) (result i32)
    (if (i32.load (local.get 0)) (then (if (local.get 1) (then (i32.store (i32.const 8) (i32.const 1)))))) (i32.const 4))
 (func (export "returns") (param i32) (result i32) (if (i32.load (local.get 0)) (then (return (i32.const 5)))) (i32.const 5))
 (func (export "loop_carried") (param $p i32) (param $n i32) (result i32) (local $x i32)
    (loop $l
      (local.set $x (i32.load (local.get $p)))
      (local.set $p (i32.add (local.get $p) (i32.const 4)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.const 0)))
