;; A start function that goes on for ever.
(module
  (memory (export "memory") 1)
  (func $start (local $i i32)
    (loop $again
      (i32.store (i32.const 16) (local.tee $i (i32.add (local.get $i) (i32.const 1))))
      (br $again)))
  (start $start))
