;; Functions that make objects for ever and keep some. Whenever they are ended, what they keep is as $check says.
(module
  (rec (type $node (struct (field $next (ref null $node)) (field $count i32) (field $extra (mut anyref)))))
  (type $pair (struct (field i32) (field (mut (ref null $pair)))))
  (type $refs (array (mut anyref)))
  (type $longs (array (mut i64)))
  (type $tag (func (param anyref i32)))
  (tag $e (type $tag))
  (table $t 64 anyref)
  (global $list (mut (ref null $node)) (ref.null $node)) ;; each counts those behind it
  (global $slots (ref $refs) (array.new_default $refs (i32.const 1000)))   ;; null, or a pair with its index
  (global $i (mut i32) (i32.const 0))

  (func $step (result i32) (global.set $i (i32.add (i32.mul (global.get $i) (i32.const 1664525)) (i32.const 1013904223)))
    (i32.shr_u (global.get $i) (i32.const 8)))

  (func $put
    (if (if (result i32) (ref.is_null (global.get $list)) (then (i32.const 0))
          (else (i32.gt_u (struct.get $node $count (global.get $list)) (i32.const 3000))))
      (then (global.set $list (ref.null $node))))
    (global.set $list (struct.new $node (global.get $list)
      (if (result i32) (ref.is_null (global.get $list)) (then (i32.const 0))
        (else (i32.add (i32.const 1) (struct.get $node $count (global.get $list)))))
      (array.new $longs (i64.const 5) (i32.and (call $step) (i32.const 63))))))

  (func (export "lists") (loop $again (call $put) (br $again)))

  (func $fill_slot (local $at i32)
    (local.set $at (i32.rem_u (call $step) (i32.const 1000)))
    (array.set $refs (global.get $slots) (local.get $at)
      (struct.new $pair (local.get $at) (struct.new $pair (local.get $at) (ref.null $pair))))
    ;; a reference to a new object in one that may be old
    (struct.set $pair 1 (ref.cast (ref $pair) (array.get $refs (global.get $slots) (local.get $at)))
      (struct.new $pair (local.get $at) (ref.null $pair))))
  (func (export "slots") (loop $again (call $fill_slot) (br $again)))

  (func (export "tables") (local $at i32)
    (loop $again
      (local.set $at (i32.and (call $step) (i32.const 63)))
      (table.set $t (local.get $at) (struct.new $pair (local.get $at) (ref.null $pair)))
      (br $again)))

  (func $throw (throw $e (struct.new $pair (i32.const 7) (ref.null $pair)) (i32.const 7)))
  (func (export "throws") (local $o anyref) (local $k i32)
    (loop $again
      (block $caught (result anyref i32)
        (try_table (catch $e $caught) (call $throw))
        (unreachable))
      (local.set $k)
      (local.set $o)
      (if (i32.ne (local.get $k) (struct.get $pair 0 (ref.cast (ref $pair) (local.get $o)))) (then (unreachable)))
      (br $again)))

  (func (export "mixes")
    (loop $again
      (call $put) (call $fill_slot)
      (drop (array.new_default $longs (i32.rem_u (call $step) (i32.const 5000))))
      (br $again)))

  (func $check_pair (param $o anyref) (param $at i32) (local $p (ref null $pair))
    (if (ref.is_null (local.get $o)) (then (return)))
    (local.set $p (ref.cast (ref null $pair) (local.get $o)))
    (loop $next
      (if (i32.ne (struct.get $pair 0 (local.get $p)) (local.get $at)) (then (unreachable)))
      (br_if $next (i32.eqz (ref.is_null (local.tee $p (struct.get $pair 1 (local.get $p))))))))

  ;; Traps if something is not as it should be; the number of things kept.
  (func (export "check") (result i32) (local $n (ref null $node)) (local $count i32) (local $k i32)
    (local.set $n (global.get $list))
    (block $end (loop $next
      (br_if $end (ref.is_null (local.get $n)))
      (if (ref.is_null (struct.get $node $next (local.get $n)))
        (then (if (struct.get $node $count (local.get $n)) (then (unreachable))))
        (else (if (i32.ne (struct.get $node $count (local.get $n))
                          (i32.add (i32.const 1) (struct.get $node $count (struct.get $node $next (local.get $n))))) (then (unreachable)))))
      (local.set $k (array.len (ref.cast (ref $longs) (struct.get $node $extra (local.get $n)))))
      (block $out (loop $each
        (br_if $out (i32.eqz (local.get $k)))
        (local.set $k (i32.sub (local.get $k) (i32.const 1)))
        (if (i64.ne (array.get $longs (ref.cast (ref $longs) (struct.get $node $extra (local.get $n))) (local.get $k)) (i64.const 5))
          (then (unreachable)))
        (br $each)))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (local.set $n (struct.get $node $next (local.get $n)))
      (br $next)))
    (local.set $k (i32.const 0))
    (loop $each
      (call $check_pair (array.get $refs (global.get $slots) (local.get $k)) (local.get $k))
      (call $check_pair (table.get $t (i32.and (local.get $k) (i32.const 63))) (i32.and (local.get $k) (i32.const 63)))
      (br_if $each (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 1000))))
    (local.get $count))
  ;; Makes objects until the heap has collected.
  (func (export "churn") (param $n i32)
    (loop $again
      (drop (struct.new $pair (i32.const 0) (ref.null $pair)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
