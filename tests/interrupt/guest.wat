;; Functions that go on for ever, each in another way; host.c ends them.
(module
  (type $unary (func (param i32) (result i32)))
  (import "env" "work" (func $work (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory $own (export "memory") 1)
  (memory $shared (export "shared") 1 1 shared)
  (table $t (export "table") 3 funcref)
  (elem (i32.const 0) $add $times $add)
  (tag $tag (param i32))
  (global $count (mut i64) (i64.const 0))
  (func $add (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $times (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))

  (func (export "spin") (loop $again (br $again)))
  (func (export "count") (loop $again (global.set $count (i64.add (global.get $count) (i64.const 1))) (br $again)))
  (func (export "store") (local $i i32)
    (loop $again
      (i32.store (i32.or (i32.and (local.get $i) (i32.const 0x7ffc)) (i32.const 0x8000)) (local.get $i))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br $again)))
  (func $tree (param $depth i32) (result i32)
    (if (result i32) (i32.eqz (local.get $depth))
      (then (i32.const 1))
      (else (i32.add (call $tree (i32.sub (local.get $depth) (i32.const 1))) (call $tree (i32.sub (local.get $depth) (i32.const 1)))))))
  (func (export "calls") (drop (call $tree (i32.const 100))))
  (func (export "indirect") (local $i i32)
    (loop $again
      (local.set $i (call_indirect $t (type $unary) (local.get $i) (i32.and (local.get $i) (i32.const 1))))
      (br $again)))
  (func (export "works") (loop $again (drop (call $work (i32.const 300))) (br $again)))
  (func (export "grows") (loop $again (drop (memory.grow $own (i32.const 0))) (br $again)))
  (func (export "fills") (loop $again (memory.fill $own (i32.const 0x8000) (i32.const 7) (i32.const 0x8000)) (br $again)))
  (func (export "sets")
    (loop $again
      (table.set $t (i32.const 2) (ref.func $times))
      (table.set $t (i32.const 2) (ref.func $add))
      (br $again)))
  (func $even (param i32) (return_call $odd (i32.add (local.get 0) (i32.const 1))))
  (func $odd (param i32) (return_call $even (i32.add (local.get 0) (i32.const 1))))
  (func (export "tails") (call $even (i32.const 0)))
  (func $throw (param i32) (if (i32.and (local.get 0) (i32.const 3)) (then (throw $tag (local.get 0)))))
  (func $through (param i32) (call $throw (i32.add (local.get 0) (i32.const 1))))
  (func (export "throws") (local $i i32) (local $got i32)
    (loop $again
      (try
        (do
          (try
            (do (call $through (local.get $i)))
            (catch $tag (local.set $got) (rethrow 0))))
        (catch_all))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $again)))
  (func (export "sleeps")
    (i32.store8 (i32.const 1024) (i32.const 0))
    (i32.store8 (i32.const 1032) (i32.const 0))
    (i32.store (i32.const 1040) (i32.const 1))
    (i64.store (i32.const 1048) (i64.const 1000000000000))
    (loop $again
      (drop (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 3000)))
      (br $again)))
  (func (export "reads")
    (i32.store (i32.const 1024) (i32.const 4096))
    (i32.store (i32.const 1028) (i32.const 16))
    (loop $again
      (drop (call $read (i32.const 0) (i32.const 1024) (i32.const 1) (i32.const 3000)))
      (br $again)))
  (func (export "waits")
    (loop $again
      (drop (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0) (i64.const -1)))
      (br $again)))

  ;; What still has to be so after each.
  (func (export "sum") (result i32) (local $i i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (call_indirect $t (type $unary) (local.get $i) (i32.and (local.get $i) (i32.const 1)))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
    (local.get $sum))
  (func (export "last") (result i32) (call_indirect $t (type $unary) (i32.const 10) (i32.const 2)))
  (func (export "outside") (result i32) (i32.load (i32.const -4))))
