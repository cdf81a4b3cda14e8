/**
 * The node's key pair: made on first start, read ever after, never replaced.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { NodeError } from '../../node/errors.ts'

/**
 * Reads the Ed25519 key from `path`, or makes one there (mode 0600) when there is none.
 *
 * @throws NodeError `disk` when the file is there but cannot be read: a new key would make another node of this one
 */
export async function loadIdentity(path: string): Promise<PrivateKey> {
  try {
    return privateKeyFromProtobuf(await readFile(path))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
      const message = `the identity key ${path} cannot be read: restore it from a backup, or move it away to become a new node`
      throw new NodeError({ code: 'disk', message }, { cause })
    }
  }
  const key = await generateKeyPair('Ed25519')
  await writeFile(path, privateKeyToProtobuf(key), { mode: 0o600, flag: 'wx', flush: true })
  return key
}
