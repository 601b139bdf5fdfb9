;; A library whose objects are garbage collected, as compilers of Kotlin, MoonBit or Java make them: notes, each with a text and
;; the note that it answers.
(module
  (type $text (array (mut i8)))
  (type $note (struct (field $text (ref $text)) (field $answers (ref null $note)) (field $read (mut i32))))

  (func (export "text") (param $length i32) (result (ref $text))
    (array.new_default $text (local.get $length)))
  (func (export "note") (param $text (ref $text)) (param $answers (ref null $note)) (result (ref $note))
    (struct.new $note (local.get $text) (local.get $answers) (i32.const 0)))
  (func (export "read") (param $note (ref $note)) (result (ref $text))
    (struct.set $note $read (local.get $note) (i32.const 1))
    (struct.get $note $text (local.get $note)))
  (func (export "depth") (param $note (ref null $note)) (result i32) (local $depth i32)
    (block $done
      (loop $up
        (local.set $note (struct.get $note $answers (br_on_null $done (local.get $note))))
        (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
        (br $up)))
    (local.get $depth)))
