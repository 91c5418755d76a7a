import { symlink, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { author, director, type Library, ownLibrary, reader, search, titles } from '../library.ts'
import { folder } from './folder.ts'
import { runImportCommand } from './run-command.ts'

let library: Library
let imports = 0
beforeAll(async () => {
  library = await ownLibrary({ filled: false })
})
afterAll(() => library?.close())

/** Imports under a name of its own, so that tests do not remove each other's documents. */
function importer(dir: string) {
  imports += 1
  const source = `import ${imports}`
  return (...more: string[]) =>
    runImportCommand(library, ['--tenant', 'acme', '--dir', dir, '--source', source, ...more])
}

const FERRET = '# Ferrets\n\nFerrets may come to the office on Fridays.'

describe('import', () => {
  it('makes files searchable at once, under the category of their folder', async () => {
    const { path } = await folder({
      'Pets/Ferrets.md': FERRET,
      'top.txt': 'Quokkas are not allowed.\n',
      'Pets/Deep/page.html':
        '<h1>Axolotls</h1><p>Tanks up to <b>forty</b> litres.</p><script>alert(1)</script>',
      'notes.xyz': 'no document',
    })
    const { stdout, stderr } = await importer(path)()
    expect(stdout).toContain('3 documents: 3 added, 0 changed, 0 as before, 0 removed, 0 refused')
    expect(stderr).toContain('1 file .xyz left out')
    const [hit] = await search(library, reader, 'may I bring my ferret')
    expect(hit).toMatchObject({ title: 'Ferrets', category: 'Pets', found_by: ['words', 'meaning'] })
    const [page] = await search(library, reader, 'axolotl tank litres')
    expect(page).toMatchObject({ title: 'Axolotls', category: 'Pets' })
    expect(page?.snippet).not.toContain('alert')
    expect((await search(library, reader, 'quokkas'))[0]).toMatchObject({ category: 'General' })
  })

  it('costs nothing for what is unchanged, replaces what changed, and takes away what is gone', async () => {
    const { path, write, remove } = await folder({
      'a.md': '# Alpacas\n\nAlpacas graze in the yard.',
      'b.md': '# Beavers\n\nBeavers build in the pond.',
      'c.md': '# Camels\n\nCamels rest behind the hall.',
    })
    const run = importer(path)
    await run()
    const [before] = await search(library, reader, 'alpacas graze')
    expect((await run()).stdout).toContain('0 added, 0 changed, 3 as before, 0 removed')
    await write('b.md', '# Beavers\n\nBeavers have moved to the lake.')
    await remove('c.md')
    expect((await run()).stdout).toContain('0 added, 1 changed, 1 as before, 1 removed')
    expect((await search(library, reader, 'alpacas graze'))[0]).toEqual(before)
    const [beavers] = await search(library, reader, 'where do beavers live')
    expect(beavers?.snippet).toContain('lake')
    expect(await titles(library, reader, 'camels behind the hall')).not.toContain('Camels')
    const whole = await library.server.call('get_document', { id: beavers?.document_id }, { as: reader })
    expect(whole.structuredContent.document.version).toBe(2)
  })

  it('lets front matter and options say who may read what', async () => {
    const { path } = await folder({
      'plain.md': '# Gibbons\n\nGibbons sing at dawn.',
      'open.md':
        '---\nvisibility: public\ncategory: Zoo\ntitle: Gorillas we keep\n---\n\nGorillas sleep in nests.',
      'board.md': '---\ngroups: [board]\nupdated: 2026-02-03\n---\n# Gazelles\n\nGazelles run.',
    })
    await importer(path)('--visibility', 'confidential', '--category', 'Animals')
    expect(await titles(library, reader, 'gibbons sing')).not.toContain('Gibbons')
    expect((await search(library, author, 'gibbons sing'))[0]).toMatchObject({
      title: 'Gibbons',
      category: 'Animals',
    })
    expect((await search(library, reader, 'gorillas sleep'))[0]).toMatchObject({
      title: 'Gorillas we keep',
      category: 'Zoo',
    })
    expect(await titles(library, author, 'gazelles run')).not.toContain('Gazelles')
    expect((await search(library, director, 'gazelles run'))[0]).toMatchObject({
      title: 'Gazelles',
      last_updated: '2026-02-03T00:00:00.000Z',
    })
  })

  it('names each file that it refuses with the reason, and lands the rest', async () => {
    const { path, write } = await folder({
      'good.md': '# Hedgehogs\n\nHedgehogs hibernate.',
      'broken.pdf': 'not a PDF',
      'binary.txt': new Uint8Array([0xff, 0xfe, 0x00, 0xd8, 0x00, 0x01]),
      'wrong.md': '---\nvisibility: everybody\n---\nText.',
    })
    await write('huge.md', '')
    await truncate(join(path, 'huge.md'), 200_000_000)
    await symlink('/etc/hostname', join(path, 'leaves.txt'))
    await symlink('.', join(path, 'loop'))
    const { stdout, stderr } = await importer(path)()
    expect(stdout).toContain('1 added')
    expect(stdout).toContain('5 refused')
    for (const name of ['broken.pdf', 'binary.txt', 'wrong.md', 'huge.md', 'leaves.txt']) {
      expect(stderr).toMatch(new RegExp(`^${name.replace('.', '\\.')}: Its? .+`, 'm'))
    }
    expect(await titles(library, reader, 'hedgehogs hibernate')).toContain('Hedgehogs')
  })

  it('keeps what a file said before, when the file can be read no more', async () => {
    const { path, write } = await folder({ 'i.md': '# Ibexes\n\nIbexes climb dams.' })
    const run = importer(path)
    await run()
    await write('i.md', new Uint8Array([0x80, 0x81, 0xfe]))
    expect((await run()).stdout).toContain('0 removed, 1 refused')
    expect(await titles(library, reader, 'ibexes climb')).toContain('Ibexes')
  })

  it('does not take an empty folder for the wish to remove everything', async () => {
    const { path, remove } = await folder({ 'j.md': '# Jackdaws\n\nJackdaws collect spoons.' })
    const run = importer(path)
    await run()
    await remove('j.md')
    await expect(run()).rejects.toThrow(/holds no documents, but 1 were imported .* --empty/)
    expect(await titles(library, reader, 'jackdaws spoons')).toContain('Jackdaws')
    expect((await run('--empty')).stdout).toContain('1 removed')
    expect(await titles(library, reader, 'jackdaws spoons')).not.toContain('Jackdaws')
  })

  it('stores nothing twice when two run at once', async () => {
    const files = Array.from({ length: 60 }, (_, n) => [
      `${n}.md`,
      `# Koala ${n}\n\nKoala number ${n} sleeps.`,
    ])
    const { path } = await folder(Object.fromEntries(files))
    const run = importer(path)
    const both = await Promise.all([run('--category', 'Koalas'), run('--category', 'Koalas')])
    const added = both.map(({ stdout }) => Number(/(\d+) added/.exec(stdout)?.[1]))
    expect((added[0] ?? 0) + (added[1] ?? 0)).toBe(60)
    const { structuredContent } = await library.server.call('list_categories', {}, { as: reader })
    expect(structuredContent.categories).toContainEqual({ category: 'Koalas', documents: 60 })
    expect((await run('--category', 'Koalas')).stdout).toContain('60 as before')
  })

  it.each([
    [[], '--tenant'],
    [['--tenant', 'a b', '--dir', '.'], '--tenant'],
    [['--tenant', 'acme', '--dir', '.', '--visibility', 'secret'], '--visibility'],
    [['--tenant', 'acme', '--dir', '/no/such/folder'], '/no/such/folder'],
    [['--tenant', 'acme', '--dir', '.', '--wrong'], '--wrong'],
  ])('refuses %j, naming %s', async (args, name) => {
    await expect(runImportCommand(library, args)).rejects.toThrow(name)
  })
})
