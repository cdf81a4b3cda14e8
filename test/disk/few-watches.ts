/**
 * Run in a user namespace of its own, whose limit of watches is set without touching anybody else's: shares more folders than
 * the limit lets it watch, then raises it. Prints what the share says before and after as JSON.
 */
import { writeFile } from 'node:fs/promises'
import { ShareFixture } from './share-fixture.ts'

const LIMIT = '/proc/sys/user/max_inotify_watches'

await writeFile(LIMIT, '3')
await using node = await ShareFixture.start()
for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await node.folder.write(`s/${name}/x.txt`, name)
await node.shares.share(node.folder.join('s'))
await node.scan()
const before = node.shares.list()[0]?.errors.map(({ message }) => message)
await writeFile(LIMIT, '100')
await node.scan()
const after = node.shares.list()[0]?.errors.map(({ message }) => message)
await node.folder.write('s/f/new.txt', 'new')
await node.until(() => node.paths.includes('s/f/new.txt'))
console.log(JSON.stringify({ before, after }))
