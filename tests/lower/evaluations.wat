;; Nobody uses the product, nor the sum: what may trap of them is evaluated. The load is forced, as nothing depends on what it loads.
(module
  (memory 1)
  (func (export "f") (param i32 i32)
    (drop (i32.mul (i32.div_u (local.get 0) (local.get 1)) (i32.const 5)))
    (drop (i32.add (i32.load (local.get 0)) (i32.const 3)))))

;; before:
;;   function 0
;;     p0 i32: 2 read, 0 written
;;     p1 i32: 1 read, 0 written
;;   eval(i32.mul(i32.div_u(p0, p1), 5))
;;   eval(i32.add(forced i32.load(p0), 3))

;; behind:
;;   function 0
;;     p0 i32: 2 read, 0 written
;;     p1 i32: 1 read, 0 written
;;   eval i32.div_u(p0, p1)
;;   eval forced i32.load(p0)
