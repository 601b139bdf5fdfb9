;; call size -> i32:4
;; call get i32:0 -> externref:null
;; call set i32:3 externref:9 ->
;; call get i32:3 -> externref:9
;; call get i32:4 -> trap "out of bounds table access"
;; call set i32:-1 externref:9 -> trap "out of bounds table access"
;; call grow externref:5 i32:2 -> i32:4
;; call get i32:5 -> externref:5
;; call grow externref:5 i32:5 -> i32:-1
;; call size -> i32:6
;; call fill i32:1 externref:8 i32:2 ->
;; call get i32:2 -> externref:8
;; call fill i32:5 externref:1 i32:2 -> trap "out of bounds table access"
;; call get i32:5 -> externref:5
;; call copy i32:0 i32:2 i32:4 ->
;; call get i32:1 -> externref:9
;; call copy i32:3 i32:0 i32:4 -> trap "out of bounds table access"
;; call copy i32:1 i32:0 i32:3 ->
;; call get i32:2 -> externref:9
;; call is_null i32:0 -> i32:0
;; call fill i32:0 externref:null i32:1 ->
;; call is_null i32:0 -> i32:1
(module
  (table 4 10 externref)
  (func (export "size") (result i32) (table.size 0))
  (func (export "get") (param i32) (result externref) (table.get 0 (local.get 0)))
  (func (export "set") (param i32 externref) (table.set 0 (local.get 0) (local.get 1)))
  (func (export "grow") (param externref i32) (result i32) (table.grow 0 (local.get 0) (local.get 1)))
  (func (export "fill") (param i32 externref i32) (table.fill 0 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (table.copy 0 0 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "is_null") (param i32) (result i32) (ref.is_null (table.get 0 (local.get 0)))))
