"""A headless browser that a test drives by the DevTools protocol, over pipes: no port, no other package."""
import base64
import fcntl
import json
import os
import shutil
import subprocess

COMMAND = shutil.which('chromium')


class Browser:
    """One page of chromium. Of the file that is open, `problems` has what it logs and the exceptions of its scripts, and `requests` the
    addresses that were asked for."""

    def __init__(self, profile, width=1200, height=900):
        read, self._to = os.pipe()
        self._from, write = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (read, write)]

        def take_ends():  # the protocol wants descriptors 3 and 4
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self._process = subprocess.Popen(
            [COMMAND, '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-pipe',
             f'--user-data-dir={profile}', f'--window-size={width},{height}'],
            pass_fds=(3, 4), preexec_fn=take_ends, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in (read, write, *ends):
            os.close(end)
        self._pending, self._last, self._session = b'', 0, None
        self.problems, self.requests, self._events = [], [], []
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self._session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network', 'Accessibility'):
            self.call(f'{domain}.enable')

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def _receive(self):
        while b'\0' not in self._pending:
            more = os.read(self._from, 1 << 20)
            assert more, 'the browser ended'
            self._pending += more
        message, self._pending = self._pending.split(b'\0', 1)
        return json.loads(message)

    def _note(self, event):
        method, said = event.get('method'), event.get('params', {})
        if method == 'Runtime.exceptionThrown' or method == 'Runtime.consoleAPICalled':
            self.problems.append(json.dumps(said))
        elif method == 'Log.entryAdded':
            self.problems.append(said['entry']['text'])
        elif method == 'Network.requestWillBeSent':
            self.requests.append(said['request']['url'])
        self._events.append(method)

    def call(self, method, **params):
        """Calls a method of the protocol; returns its result."""
        self._last += 1
        session = {'sessionId': self._session} if self._session else {}
        os.write(self._to, json.dumps({'id': self._last, 'method': method, 'params': params, **session}).encode() + b'\0')
        while True:
            message = self._receive()
            if message.get('id') == self._last:
                assert 'error' not in message, message['error']
                return message['result']
            self._note(message)

    def open(self, file):
        """Loads a file, and waits for it and its scripts."""
        for noted in (self.problems, self.requests, self._events):
            noted.clear()
        self.call('Page.navigate', url=file.as_uri())
        while 'Page.loadEventFired' not in self._events:
            self._note(self._receive())

    def evaluate(self, expression):
        said = self.call('Runtime.evaluate', expression=expression, returnByValue=True)
        assert 'exceptionDetails' not in said, said
        return said['result'].get('value')

    def press(self, key, text=''):
        """A key: 'Tab', 'ArrowRight', 'Enter', or a letter, which also is the text."""
        codes = {'Tab': 9, 'Enter': 13, 'ArrowLeft': 37, 'ArrowUp': 38, 'ArrowRight': 39, 'ArrowDown': 40}
        code = codes.get(key) or ord(key.upper())
        text = {'Enter': '\r'}.get(key, key if len(key) == 1 else text)
        self.call('Input.dispatchKeyEvent', type='keyDown', key=key, windowsVirtualKeyCode=code, text=text)
        self.call('Input.dispatchKeyEvent', type='keyUp', key=key, windowsVirtualKeyCode=code)

    def screenshot(self):
        """The bytes of a PNG image of the window."""
        return base64.b64decode(self.call('Page.captureScreenshot', format='png')['data'])

    def nodes(self):
        """What a screen reader is told: a list of (role, name)."""
        tree = self.call('Accessibility.getFullAXTree')['nodes']
        return [(n['role']['value'], n.get('name', {}).get('value', '')) for n in tree if not n['ignored']]
