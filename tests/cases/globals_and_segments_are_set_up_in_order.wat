;; call globals -> i32:7 i64:21 i32:1
;; read 0 "bbba"
;; read 65534 "zz"
;; call element i32:1 -> i32:2
;; call started -> i32:111
;; log 5
(module
  (import "host" "log" (func $log (param i32)))
  (memory (export "memory") 1)
  (global $a i32 (i32.const 7))
  (global $b i64 (i64.mul (i64.const 3) (i64.add (i64.const 3) (i64.const 4))))
  (global $c (mut i32) (i32.const 0))
  (global $f funcref (ref.func $two))
  (data (i32.const 0) "aaaa")
  (data (i32.const 0) "bbb")
  (data (i32.sub (i32.const 65535) (i32.const 1)) "zz")
  (data (i32.const 65536) "")
  (table 3 funcref)
  (elem (i32.const 0) func $one $one)
  (elem (i32.const 1) func $two)
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func (export "globals") (result i32 i64 i32)
    (global.get $a) (global.get $b) (i32.eqz (ref.is_null (global.get $f))))
  (func (export "element") (param i32) (result i32) (call_indirect (result i32) (local.get 0)))
  (func (export "started") (result i32) (global.get $c))
  (func $start
    (call $log (i32.const 5))
    (global.set $c (i32.add (i32.const 111) (i32.load8_u (i32.const 4)))))
  (start $start))
