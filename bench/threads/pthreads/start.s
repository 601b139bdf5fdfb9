# What the host calls in the new instance of a thread: the stack pointer is that instance's own and comes first. The
# argument is a `struct thread` (pthread.c), which begins with the end of its stack.
	.globaltype	__stack_pointer, i32
	.functype	run_thread (i32) -> ()
	.export_name	wasi_thread_start, wasi_thread_start

	.hidden	wasi_thread_start
	.globl	wasi_thread_start
	.type	wasi_thread_start,@function
wasi_thread_start:
	.functype	wasi_thread_start (i32, i32) -> ()
	local.get	1
	i32.load	0
	global.set	__stack_pointer
	local.get	1
	call	run_thread
	end_function
