import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  addHostLine,
  algorithmsFor,
  checkHostKey,
  fingerprint,
  keyType,
  parseKnownHosts,
} from '../../../extension/io/knownHosts.ts';

interface Key {
  /** `type base64` */
  readonly line: string;
  readonly blob: Buffer;
  readonly file: string;
}

suite('known hosts', () => {
  let folder: string;
  let first: Key;
  let second: Key;
  let ecdsa: Key;
  let rsa: Key;

  const makeKey = (name: string, type: string): Key => {
    const file = path.join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'a comment', '-f', file]);
    const [kind = '', encoded = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ');
    return { line: `${kind} ${encoded}`, blob: Buffer.from(encoded, 'base64'), file };
  };
  const verdict = (text: string, host: string, port: number, key: Key): string =>
    checkHostKey(parseKnownHosts(text), host, port, key.blob);

  suiteSetup(() => {
    folder = mkdtempSync(path.join(tmpdir(), "known hosts '"));
    first = makeKey('first', 'ed25519');
    second = makeKey('second', 'ed25519');
    ecdsa = makeKey('ecdsa', 'ecdsa');
    rsa = makeKey('rsa', 'rsa');
  });
  suiteTeardown(() => rmSync(folder, { recursive: true }));

  test('plain names, several names, ports', () => {
    const text = `# comment\r\n\ngpu01,10.0.0.1 ${first.line} comment\r\n[gpu01]:2222 ${second.line}\n`;
    assert.equal(verdict(text, 'gpu01', 22, first), 'known');
    assert.equal(verdict(text, 'GPU01', 22, first), 'known');
    assert.equal(verdict(text, '10.0.0.1', 22, first), 'known');
    assert.equal(verdict(text, 'gpu01', 22, second), 'changed');
    assert.equal(verdict(text, 'gpu01', 2222, second), 'known');
    assert.equal(verdict(text, 'gpu01', 2222, first), 'changed');
    assert.equal(verdict(text, 'gpu02', 22, first), 'unknown');
    assert.equal(verdict(text, 'gpu01', 2200, first), 'unknown');
    assert.equal(verdict('', 'gpu01', 22, first), 'unknown');
  });

  test('a file that ssh-keygen -H hashed', () => {
    const file = path.join(folder, 'known_hosts');
    writeFileSync(file, `gpu01 ${first.line}\n[127.0.0.1]:4222 ${ecdsa.line}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const text = readFileSync(file, 'utf8');
    assert.match(text, /^\|1\|/);
    assert.doesNotMatch(text, /gpu01/);
    assert.equal(verdict(text, 'gpu01', 22, first), 'known');
    assert.equal(verdict(text, 'gpu01', 22, second), 'changed');
    assert.equal(verdict(text, '127.0.0.1', 4222, ecdsa), 'known');
    assert.equal(verdict(text, '127.0.0.1', 22, ecdsa), 'unknown');
  });

  test('wildcards and negation', () => {
    const text = `*.example.org,!bad.example.org,node? ${first.line}\n`;
    assert.equal(verdict(text, 'login.example.org', 22, first), 'known');
    assert.equal(verdict(text, 'bad.example.org', 22, first), 'unknown');
    assert.equal(verdict(text, 'node1', 22, first), 'known');
    assert.equal(verdict(text, 'node12', 22, first), 'unknown');
    assert.equal(verdict(text, 'exampleXorg', 22, first), 'unknown');
  });

  test('revoked keys are refused whatever else is written', () => {
    const text = `gpu01 ${first.line}\n@revoked * ${first.line}\n`;
    assert.equal(verdict(text, 'gpu01', 22, first), 'revoked');
    assert.equal(verdict(text, 'gpu01', 22, second), 'changed');
  });

  test('an authority and unknown markers vouch for no plain key', () => {
    const text = `@cert-authority * ${first.line}\n@future gpu01 ${first.line}\n`;
    assert.equal(parseKnownHosts(text)[0]?.marker, 'cert-authority');
    assert.equal(verdict(text, 'gpu01', 22, first), 'unknown');
  });

  test('unreadable lines are passed over', () => {
    const text = `gpu01\ngpu01 ssh-rsa\ngpu01 ssh-rsa %%%\ngpu01 ssh-rsa AAAA\n|1|x ${first.line}\n|2|a|b ${first.line}`;
    assert.equal(verdict(text, 'gpu01', 22, first), 'unknown');
  });

  test('fingerprints are those of ssh-keygen', () => {
    for (const { file, blob } of [first, ecdsa, rsa]) {
      const shown = execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' });
      assert.equal(fingerprint(blob), shown.split(' ')[1]);
    }
  });

  test('an added line is found by ssh-keygen and by us', () => {
    const file = path.join(folder, 'own');
    writeFileSync(file, addHostLine('gpu01', 22, first.blob));
    appendFileSync(file, addHostLine('Gpu02', 2222, rsa.blob));
    const text = readFileSync(file, 'utf8');
    assert.equal(verdict(text, 'gpu01', 22, first), 'known');
    assert.equal(verdict(text, 'gpu02', 2222, rsa), 'known');
    execFileSync('ssh-keygen', ['-F', 'gpu01', '-f', file]);
    execFileSync('ssh-keygen', ['-F', '[gpu02]:2222', '-f', file]);
  });

  test('asks a host for the key types that are known for it', () => {
    const entries = parseKnownHosts(`a ${rsa.line}\na ${ecdsa.line}\nb ${first.line}\n`);
    assert.deepEqual(algorithmsFor(entries, 'a', 22), [
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ecdsa-sha2-nistp256',
    ]);
    assert.deepEqual(algorithmsFor(entries, 'b', 22), ['ssh-ed25519']);
    assert.deepEqual(algorithmsFor(entries, 'c', 22), []);
    assert.equal(keyType(first.blob), 'ssh-ed25519');
    assert.equal(keyType(Buffer.from('no key')), undefined);
  });
});
