;; instantiate -> trap "out of bounds memory access"
(module
  (memory 1)
  (data (i32.const 0) "in")
  (data (i32.const 65535) "out"))
