;; After a call the thread may have less fuel than the function knows, or more: in a loop that calls, each round begins with the thread's.
;; options: --fuel
(module
  (func $f (import "env" "f") (param i32))
  (func (export "calls") (param i32)
    (loop $again
      (if (i32.and (local.get 0) (i32.const 1)) (then (call $f (local.get 0))))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "calls_nothing") (param i32) (result i32) (local i32)
    (loop $again
      (if (i32.and (local.get 0) (i32.const 1)) (then (local.set 1 (i32.add (local.get 1) (local.get 0)))))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))

;; before:
;;   function 1
;;     p0 i32: 3 read, 1 written
;;   loop
;;     fuel 4
;;     if i32.and(p0, 1)
;;       fuel 2
;;       call 0(p0)
;;     fuel 5
;;     p0 = i32.add(p0, -1)
;;     if not p0
;;       break
;;   keep frame
;;   function 2
;;     p0 i32: 3 read, 1 written
;;     l1 i32: 1 read, 1 written, on top
;;   loop
;;     fuel 4
;;     if i32.and(p0, 1)
;;       fuel 4
;;       l1 = i32.add(l1, p0)
;;     fuel 5
;;     p0 = i32.add(p0, -1)
;;     if not p0
;;       break
;;   fuel 1
;;   return(l1)

;; behind:
;;   function 1
;;     p0 i32: 3 read, 1 written
;;   loop
;;     reload fuel 4
;;     if i32.and(p0, 1)
;;       fuel 2
;;       call 0(p0)
;;     reload fuel 5
;;     p0 = i32.add(p0, -1)
;;     if not p0
;;       break
;;   keep frame
;;   function 2
;;     p0 i32: 3 read, 1 written
;;     l1 i32: 1 read, 1 written, on top
;;   loop
;;     fuel 4
;;     if i32.and(p0, 1)
;;       fuel 4
;;       l1 = i32.add(l1, p0)
;;     fuel 5
;;     p0 = i32.add(p0, -1)
;;     if not p0
;;       break
;;   fuel 1
;;   return(l1)
