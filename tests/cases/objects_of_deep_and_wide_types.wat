;; assembler binaryen
;; call below i32:0 -> i32:1
;; call below i32:3 -> i32:15
;; call below i32:7 -> i32:255
;; call below i32:8 -> i32:511
;; call below i32:12 -> i32:8191
;; call below i32:13 -> i32:15
;; call below i32:14 -> i32:0
;; call closed i32:12 -> i32:78
;; call cast i32:9 i32:0 -> i32:9
;; call cast i32:8 i32:0 -> trap "cast failure"
;; call cast i32:14 i32:0 -> trap "cast failure"
;; call wide i32:1000 -> i64:6375
;; call vectors i32:500 -> i64:124750
;; call too_long i32:-1 -> trap "out of memory or other host resources"
;; call too_long i32:0x7fffffff -> trap "out of memory or other host resources"
;; call too_long i32:0 -> i32:0
(module
  ;; Exported with references: others may see the objects, so that numbers of types are the heap's to give.
  (type $t0 (sub (struct (field $n i32))))
  (type $t1 (sub $t0 (struct (field $n i32) (field $f1 i32))))
  (type $t2 (sub $t1 (struct (field $n i32) (field $f1 i32) (field $f2 i32))))
  (type $t3 (sub $t2 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32))))
  (type $t4 (sub $t3 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $f4 i32))))
  (type $t5 (sub $t4 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $f4 i32) (field $f5 i32))))
  (type $t6 (sub $t5 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $f4 i32) (field $f5 i32) (field $f6 i32))))
  (type $t7 (sub $t6 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $f4 i32) (field $f5 i32) (field $f6 i32) (field $f7 i32))))
  (type $t8 (sub $t7 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $f4 i32) (field $f5 i32) (field $f6 i32) (field $f7 i32) (field $f8 i32))))
  (type $t9 (sub $t8 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $f4 i32) (field $f5 i32) (field $f6 i32) (field $f7 i32) (field $f8 i32) (field $f9 i32))))
  (type $t10 (sub $t9 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $f4 i32) (field $f5 i32) (field $f6 i32) (field $f7 i32) (field $f8 i32) (field $f9 i32) (field $f10 i32))))
  (type $t11 (sub $t10 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $f4 i32) (field $f5 i32) (field $f6 i32) (field $f7 i32) (field $f8 i32) (field $f9 i32) (field $f10 i32) (field $f11 i32))))
  (type $t12 (sub $t11 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $f4 i32) (field $f5 i32) (field $f6 i32) (field $f7 i32) (field $f8 i32) (field $f9 i32) (field $f10 i32) (field $f11 i32) (field $f12 i32))))
  (type $final (sub final $t3 (struct (field $n i32) (field $f1 i32) (field $f2 i32) (field $f3 i32) (field $r (ref null $t0)))))
  (type $wide (struct (field $w0 (mut i64)) (field $w1 (mut (ref null $t0))) (field $w2 (mut i8)) (field $w3 (mut f32)) (field $w4 (mut v128)) (field $w5 (mut i64)) (field $w6 (mut (ref null $t0))) (field $w7 (mut i8)) (field $w8 (mut f32)) (field $w9 (mut v128)) (field $w10 (mut i64)) (field $w11 (mut (ref null $t0))) (field $w12 (mut i8)) (field $w13 (mut f32)) (field $w14 (mut v128)) (field $w15 (mut i64)) (field $w16 (mut (ref null $t0))) (field $w17 (mut i8)) (field $w18 (mut f32)) (field $w19 (mut v128)) (field $w20 (mut i64)) (field $w21 (mut (ref null $t0))) (field $w22 (mut i8)) (field $w23 (mut f32)) (field $w24 (mut v128)) (field $w25 (mut i64)) (field $w26 (mut (ref null $t0))) (field $w27 (mut i8)) (field $w28 (mut f32)) (field $w29 (mut v128)) (field $w30 (mut i64)) (field $w31 (mut (ref null $t0))) (field $w32 (mut i8)) (field $w33 (mut f32)) (field $w34 (mut v128)) (field $w35 (mut i64)) (field $w36 (mut (ref null $t0))) (field $w37 (mut i8)) (field $w38 (mut f32)) (field $w39 (mut v128)) (field $w40 (mut i64)) (field $w41 (mut (ref null $t0))) (field $w42 (mut i8)) (field $w43 (mut f32)) (field $w44 (mut v128)) (field $w45 (mut i64)) (field $w46 (mut (ref null $t0))) (field $w47 (mut i8)) (field $w48 (mut f32)) (field $w49 (mut v128)) (field $w50 (mut i64)) (field $w51 (mut (ref null $t0))) (field $w52 (mut i8)) (field $w53 (mut f32)) (field $w54 (mut v128)) (field $w55 (mut i64)) (field $w56 (mut (ref null $t0))) (field $w57 (mut i8)) (field $w58 (mut f32)) (field $w59 (mut v128)) (field $w60 (mut i64)) (field $w61 (mut (ref null $t0))) (field $w62 (mut i8)) (field $w63 (mut f32)) (field $w64 (mut v128)) (field $w65 (mut i64)) (field $w66 (mut (ref null $t0))) (field $w67 (mut i8)) (field $w68 (mut f32)) (field $w69 (mut v128)) (field $w70 (mut i64)) (field $w71 (mut (ref null $t0))) (field $w72 (mut i8)) (field $w73 (mut f32)) (field $w74 (mut v128)) (field $w75 (mut i64)) (field $w76 (mut (ref null $t0))) (field $w77 (mut i8)) (field $w78 (mut f32)) (field $w79 (mut v128)) (field $w80 (mut i64)) (field $w81 (mut (ref null $t0))) (field $w82 (mut i8)) (field $w83 (mut f32)) (field $w84 (mut v128)) (field $w85 (mut i64)) (field $w86 (mut (ref null $t0))) (field $w87 (mut i8)) (field $w88 (mut f32)) (field $w89 (mut v128)) (field $w90 (mut i64)) (field $w91 (mut (ref null $t0))) (field $w92 (mut i8)) (field $w93 (mut f32)) (field $w94 (mut v128)) (field $w95 (mut i64)) (field $w96 (mut (ref null $t0))) (field $w97 (mut i8)) (field $w98 (mut f32)) (field $w99 (mut v128)) (field $w100 (mut i64)) (field $w101 (mut (ref null $t0))) (field $w102 (mut i8)) (field $w103 (mut f32)) (field $w104 (mut v128)) (field $w105 (mut i64)) (field $w106 (mut (ref null $t0))) (field $w107 (mut i8)) (field $w108 (mut f32)) (field $w109 (mut v128)) (field $w110 (mut i64)) (field $w111 (mut (ref null $t0))) (field $w112 (mut i8)) (field $w113 (mut f32)) (field $w114 (mut v128)) (field $w115 (mut i64)) (field $w116 (mut (ref null $t0))) (field $w117 (mut i8)) (field $w118 (mut f32)) (field $w119 (mut v128)) (field $w120 (mut i64)) (field $w121 (mut (ref null $t0))) (field $w122 (mut i8)) (field $w123 (mut f32)) (field $w124 (mut v128)) (field $w125 (mut i64)) (field $w126 (mut (ref null $t0))) (field $w127 (mut i8)) (field $w128 (mut f32)) (field $w129 (mut v128)) (field $w130 (mut i64)) (field $w131 (mut (ref null $t0))) (field $w132 (mut i8)) (field $w133 (mut f32)) (field $w134 (mut v128)) (field $w135 (mut i64)) (field $w136 (mut (ref null $t0))) (field $w137 (mut i8)) (field $w138 (mut f32)) (field $w139 (mut v128)) (field $w140 (mut i64)) (field $w141 (mut (ref null $t0))) (field $w142 (mut i8)) (field $w143 (mut f32)) (field $w144 (mut v128)) (field $w145 (mut i64)) (field $w146 (mut (ref null $t0))) (field $w147 (mut i8)) (field $w148 (mut f32)) (field $w149 (mut v128))))
  (type $v (array (mut v128)))
  (func $make (export "make") (param $k i32) (result anyref)
    (if (i32.eq (local.get $k) (i32.const 0)) (then (return (struct.new $t0 (i32.const 0)))))
    (if (i32.eq (local.get $k) (i32.const 1)) (then (return (struct.new $t1 (i32.const 0) (i32.const 1)))))
    (if (i32.eq (local.get $k) (i32.const 2)) (then (return (struct.new $t2 (i32.const 0) (i32.const 1) (i32.const 2)))))
    (if (i32.eq (local.get $k) (i32.const 3)) (then (return (struct.new $t3 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3)))))
    (if (i32.eq (local.get $k) (i32.const 4)) (then (return (struct.new $t4 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4)))))
    (if (i32.eq (local.get $k) (i32.const 5)) (then (return (struct.new $t5 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5)))))
    (if (i32.eq (local.get $k) (i32.const 6)) (then (return (struct.new $t6 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6)))))
    (if (i32.eq (local.get $k) (i32.const 7)) (then (return (struct.new $t7 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 7)))))
    (if (i32.eq (local.get $k) (i32.const 8)) (then (return (struct.new $t8 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8)))))
    (if (i32.eq (local.get $k) (i32.const 9)) (then (return (struct.new $t9 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9)))))
    (if (i32.eq (local.get $k) (i32.const 10)) (then (return (struct.new $t10 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9) (i32.const 10)))))
    (if (i32.eq (local.get $k) (i32.const 11)) (then (return (struct.new $t11 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9) (i32.const 10) (i32.const 11)))))
    (if (i32.eq (local.get $k) (i32.const 12)) (then (return (struct.new $t12 (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9) (i32.const 10) (i32.const 11) (i32.const 12)))))
    (if (i32.eq (local.get $k) (i32.const 13)) (then (return (struct.new $final (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (struct.new $t0 (i32.const 5))))))
    (ref.i31 (local.get $k)))
  (func (export "below") (param $k i32) (result i32) (local $x anyref) (local $s i32)
    (local.set $x (call $make (local.get $k)))
    (drop (call $make (i32.const 12)))
    (if (ref.test (ref $t0) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 1)))))
    (if (ref.test (ref $t1) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 2)))))
    (if (ref.test (ref $t2) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 4)))))
    (if (ref.test (ref $t3) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 8)))))
    (if (ref.test (ref $t4) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 16)))))
    (if (ref.test (ref $t5) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 32)))))
    (if (ref.test (ref $t6) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 64)))))
    (if (ref.test (ref $t7) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 128)))))
    (if (ref.test (ref $t8) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 256)))))
    (if (ref.test (ref $t9) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 512)))))
    (if (ref.test (ref $t10) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 1024)))))
    (if (ref.test (ref $t11) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 2048)))))
    (if (ref.test (ref $t12) (local.get $x)) (then (local.set $s (i32.or (local.get $s) (i32.const 4096)))))
    (local.get $s))
  (func (export "closed") (param $k i32) (result i32) (local $x (ref $t12))
    (local.set $x (ref.cast (ref $t12) (call $make (local.get $k))))
    (i32.add (i32.mul (struct.get $t12 $f12 (local.get $x)) (i32.const 6)) (i32.add (i32.const 6) (i32.mul (struct.get $t0 $n (local.get $x)) (struct.get $t5 $f5 (local.get $x))))))
  (func (export "cast") (param $k i32) (param i32) (result i32)
    (struct.get $t9 $f9 (ref.cast (ref $t9) (call $make (local.get $k)))))

  ;; A struct of 150 fields, references among them up to the last words.
  (func (export "wide") (param $n i32) (result i64) (local $w (ref $wide)) (local $s i64)
    (local.set $w (struct.new_default $wide))
    (struct.set $wide $w1 (local.get $w) (struct.new $t0 (i32.const 1)))
    (struct.set $wide $w71 (local.get $w) (struct.new $t0 (i32.const 71)))
    (struct.set $wide $w146 (local.get $w) (struct.new $t0 (i32.const 146)))
    (struct.set $wide $w2 (local.get $w) (i32.const 0x1fe))
    (struct.set $wide $w147 (local.get $w) (i32.const -2))
    (struct.set $wide $w145 (local.get $w) (i64.const 5000))
    (struct.set $wide $w149 (local.get $w) (i64x2.splat (i64.const 649)))
    (loop $l
      (drop (struct.new $t0 (local.get $n)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.set $s (i64.extend_i32_u (i32.add (struct.get $t0 $n (struct.get $wide $w1 (local.get $w)))
      (i32.add (struct.get $t0 $n (struct.get $wide $w71 (local.get $w))) (struct.get $t0 $n (struct.get $wide $w146 (local.get $w)))))))
    (local.set $s (i64.add (local.get $s) (i64.extend_i32_u (i32.add (struct.get_u $wide $w2 (local.get $w)) (i32.const 0)))))
    (local.set $s (i64.add (local.get $s) (i64.extend_i32_u (i32.add (struct.get_u $wide $w147 (local.get $w)) (i32.const 0)))))
    (i64.add (local.get $s) (i64.add (struct.get $wide $w145 (local.get $w)) (i64x2.extract_lane 1 (struct.get $wide $w149 (local.get $w))))))

  (func (export "vectors") (param $n i32) (result i64) (local $a (ref $v)) (local $s v128) (local $i i32)
    (local.set $a (array.new $v (v128.const i64x2 0 0) (local.get $n)))
    (loop $l
      (array.set $v (local.get $a) (local.get $i) (i64x2.splat (i64.extend_i32_u (local.get $i))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (array.copy $v $v (local.get $a) (i32.const 0) (local.get $a) (i32.const 0) (local.get $n))
    (loop $l
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (local.set $s (i64x2.add (local.get $s) (array.get $v (local.get $a) (local.get $i))))
      (br_if $l (local.get $i)))
    (i64x2.extract_lane 0 (local.get $s)))

  (func (export "too_long") (param $n i32) (result i32)
    (array.len (array.new $v (v128.const i64x2 1 1) (local.get $n)))))
