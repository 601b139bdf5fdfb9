;; A sum of products becomes canonical where it is stored, not in the loop that adds. A number that is loaded stays as it is, and so does
;; one that is assigned to a variable that is also assigned others.
;; options: --deterministic
(module
  (memory 1)
  (func (export "dot") (param i32) (local f64)
    (loop $again
      (local.set 1 (f64.add (local.get 1) (f64.mul (f64.load (local.get 0)) (f64.load offset=8 (local.get 0)))))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 16)))))
    (f64.store (i32.const 0) (local.get 1)))
  (func (export "either") (param f32) (result f32) (local f32)
    (local.set 1 (f32.load (i32.const 0)))
    (if (f32.lt (local.get 1) (local.get 0)) (then (local.set 1 (f32.sqrt (f32.neg (local.get 0))))))
    (f32.neg (local.get 1))))

;; before:
;;   function 0
;;     p0 i32: 3 read, 1 written
;;     l1 f64: 1 read, 1 written
;;   block 1
;;     loop 2
;;       l1 = f64.add(l1, f64.mul(f64.load(p0), f64.load(p0 + 8)))
;;       p0 = i32.add(p0, -16)
;;       br_if 2(p0)
;;     end 2
;;     f64.store(0, l1)
;;   end 1
;;   return
;;   function 1
;;     p0 f32: 2 read, 0 written
;;     l1 f32: 2 read, 2 written
;;   block 1
;;     l1 = f32.load(0)
;;     if 2(f32.lt(l1, p0))
;;       l1 = f32.sqrt(f32.neg(p0))
;;     end 2
;;   end 1
;;   return(f32.neg(l1))

;; behind:
;;   function 0
;;     p0 i32: 3 read, 1 written
;;     l1 f64: 1 read, 1 written
;;   block 1
;;     loop 2
;;       l1 = f64.add(l1, f64.mul(f64.load(p0), f64.load(p0 + 8)))
;;       p0 = i32.add(p0, -16)
;;       br_if 2(p0)
;;     end 2
;;     f64.store(0, canonical l1)
;;   end 1
;;   return
;;   function 1
;;     p0 f32: 2 read, 0 written
;;     l1 f32: 2 read, 2 written
;;   block 1
;;     l1 = f32.load(0)
;;     if 2(f32.lt(l1, p0))
;;       l1 = canonical f32.sqrt(f32.neg(p0))
;;     end 2
;;   end 1
;;   return(f32.neg(l1))
