;; invalid "unknown memory"
(module (func (result i32) (i32.load (i32.const 0))))
