;; Upwards through the end, and from an index close to 4 GiB, where only some rounds have an access.
;; call up i32:65520 -> trap "out of bounds memory access"
;; call up i32:-16 -> trap "out of bounds memory access"
;; call up i32:0 -> i32:21
;; call up_beyond i32:-16 -> i32:21
;; call up_beyond i32:65528 -> trap "out of bounds memory access"
;; call now_and_then i32:-12 -> i32:11
;; call now_and_then i32:65532 -> trap "out of bounds memory access"
;; Downwards to the beginning, and through it.
;; call down i32:16 i32:0 -> i32:21
;; call down i32:16 i32:-4 -> trap "out of bounds memory access"
;; call down_before i32:16 i32:-12 -> trap "out of bounds memory access"
;; call down_beyond i32:8 i32:-12 -> i32:21
;; The same where other threads may grow the memory, and with 64 bits.
;; call shared i32:-16 -> i32:21
;; call shared i32:65528 -> trap "out of bounds memory access"
;; call shared_descending i32:-8 -> trap "out of bounds memory access"
;; call shared_descending i32:0 -> i32:15
;; call long i64:0 -> i32:21
;; call long i64:-16 -> trap "out of bounds memory access"
;; call long_descending i64:-8 -> trap "out of bounds memory access"
;; call long_descending i64:0 -> i32:15
(module
  (memory $one 1)
  (memory $shared 1 1 shared)
  (memory $long i64 1)
  (data (memory $one) (i32.const 0) "\01\00\00\00\05\00\00\00\07\00\00\00\08")
  (data (memory $shared) (i32.const 0) "\01\00\00\00\05\00\00\00\07\00\00\00\08")
  (data (memory $long) (i64.const 0) "\01\00\00\00\05\00\00\00\07\00\00\00\08")
  (func (export "up") (param i32) (result i32) (local i32 i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (br_if 0 (i32.ne (local.get 1) (i32.const 5))))
    (local.get 2))
  (func (export "up_beyond") (param i32) (result i32) (local i32 i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load (i32.add (local.get 0) (i32.const 16)))))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (br_if 0 (i32.ne (local.get 1) (i32.const 4))))
    (local.get 2))
  (func (export "now_and_then") (param i32) (result i32) (local i32)
    (loop
      (if (i32.and (local.get 0) (i32.const 8))
        (then (local.set 1 (i32.add (local.get 1) (i32.load (i32.add (local.get 0) (i32.const 8))))))
        (else (local.set 1 (i32.add (local.get 1) (i32.load (i32.add (local.get 0) (i32.const 16)))))))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (br_if 0 (local.get 0)))
    (local.get 1))
  (func (export "down") (param i32 i32) (result i32) (local i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
      (local.set 0 (i32.sub (local.get 0) (i32.const 4)))
      (br_if 0 (i32.ge_s (local.get 0) (local.get 1))))
    (local.get 2))
  (func (export "down_before") (param i32 i32) (result i32) (local i32)
    (loop
      (local.set 0 (i32.sub (local.get 0) (i32.const 4)))
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
      (br_if 0 (i32.ne (local.get 0) (local.get 1))))
    (local.get 2))
  (func (export "down_beyond") (param i32 i32) (result i32) (local i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load (i32.add (local.get 0) (i32.const 8)))))
      (local.set 0 (i32.sub (local.get 0) (i32.const 4)))
      (br_if 0 (i32.ne (local.get 0) (local.get 1))))
    (local.get 2))
  (func (export "shared") (param i32) (result i32) (local i32 i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load $shared (i32.add (local.get 0) (i32.const 16)))))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (br_if 0 (i32.ne (local.get 1) (i32.const 4))))
    (local.get 2))
  (func (export "shared_descending") (param i32) (result i32)
    (i32.add (i32.load $shared (i32.add (local.get 0) (i32.const 8)))
             (i32.load $shared (i32.add (local.get 0) (i32.const 12))))
    (i32.load $shared (local.get 0))
    i32.add
    (i32.const 1)
    i32.sub)
  (func (export "long") (param i64) (result i32) (local i32 i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load $long (local.get 0))))
      (local.set 0 (i64.add (local.get 0) (i64.const 4)))
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (br_if 0 (i32.ne (local.get 1) (i32.const 4))))
    (local.get 2))
  (func (export "long_descending") (param i64) (result i32)
    (i32.add (i32.load $long (i64.add (local.get 0) (i64.const 8)))
             (i32.load $long (i64.add (local.get 0) (i64.const 12))))
    (i32.load $long (local.get 0))
    i32.add
    (i32.const 1)
    i32.sub))
