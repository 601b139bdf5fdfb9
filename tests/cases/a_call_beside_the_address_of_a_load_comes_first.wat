;; call lane -> i32:7
(module
  (memory 1)
  (func $write (result i32) (i32.store (i32.const 16) (i32.const 7)) (i32.const 5))
  (func (export "lane") (result i32) (local $at i32)
    (local.set $at (i32.add (i32.const 16) (i32.load (i32.const 64))))
    (i32x4.extract_lane 0 (v128.load32_lane 0 (local.get $at) (i32x4.splat (call $write))))))
