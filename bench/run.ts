/**
 * Runs one benchmark: `npm run bench -- NAME [options]`.
 */
const [name, ...args] = process.argv.slice(2)
if (name === undefined || !/^[a-z][a-z-]*$/.test(name)) {
  console.error('usage: npm run bench -- NAME [options]')
  process.exit(2)
}
const { main } = (await import(`./${name}.ts`)) as { main(args: string[]): Promise<void> }
await main(args)
