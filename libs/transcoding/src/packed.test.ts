import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packTranscoding } from '../pack/pack-transcoding.ts'

const run = promisify(execFile)
const generated = join(import.meta.dirname, '../../contracts/src/generated')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transcoding-user-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const program = `
import { createServer } from 'node:http'
import { ConnectError, Code } from '@connectrpc/connect'
import { createTranscoder } from '@assay/transcoding'
import { LibraryService } from './gen/assay/transcoding/test/v1/library_service_pb.js'

const transcoder = createTranscoder({
  mounts: [{ handlers: (router) => router.service(LibraryService, {
    getBook: ({ name }) => ({ name, title: 'Walden' }),
    createBook: ({ parent, bookId, book }) => ({ ...book, name: parent + '/books/' + bookId }),
    deleteBook: () => { throw new ConnectError('there is no such book', Code.NotFound) },
  }) }],
})
const server = createServer(async (request, response) => {
  if (!(await transcoder.handle(request, response))) transcoder.notFound(request, response)
})
server.listen(0, '127.0.0.1', async () => {
  const base = 'http://127.0.0.1:' + server.address().port
  const ask = async (path, init) => {
    const answer = await fetch(base + path, { headers: { 'content-type': 'application/json' }, ...init })
    return [answer.status, await answer.json()]
  }
  console.log(JSON.stringify([
    await ask('/v1/shelves/1/books/2'),
    await ask('/v1/shelves/1/books?book_id=7', { method: 'POST', body: '{"title":"Emma"}' }),
    await ask('/v1/shelves/1/books/2', { method: 'DELETE' }),
    await ask('/v1/shelves/1/books?nope=1'),
  ]))
  server.close()
})
`

test('the packed library is installed into an empty folder and used from plain JavaScript', async () => {
  const tarball = await packTranscoding(join(folder, 'packed'))
  const user = join(folder, 'user')
  await mkdir(user)
  await writeFile(join(user, 'package.json'), JSON.stringify({ name: 'user', version: '1.0.0', type: 'module' }))
  const options = ['--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...options, tarball, '@bufbuild/protobuf@2.17.0', '@connectrpc/connect@2.2.0'], {
    cwd: user,
  })
  await copyGenerated('assay/transcoding/test/v1/library_service_pb.js', join(user, 'gen'))
  await writeFile(join(user, 'main.js'), program)

  const { stdout } = await run(process.execPath, ['main.js'], { cwd: user })
  const [got, created, missing, refused] = JSON.parse(stdout)
  expect(got).toEqual([200, expect.objectContaining({ name: 'shelves/1/books/2', title: 'Walden' })])
  expect(created).toEqual([201, expect.objectContaining({ name: 'shelves/1/books/7', title: 'Emma' })])
  expect(missing).toEqual([404, { code: 5, message: 'there is no such book', details: [] }])
  expect(refused).toEqual([400, expect.objectContaining({ code: 3 })])

  const installed = join(user, 'node_modules/@assay/transcoding')
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  expect(JSON.stringify(manifest)).not.toContain('@assay/contracts')
  for (const file of await readdir(installed, { recursive: true })) {
    if (!/\.(?:js|d\.ts)$/.test(file)) continue
    expect(await readFile(join(installed, file), 'utf8'), file).not.toMatch(/from ['"](?:@assay|\.[^'"]*\.ts['"])/)
  }
  expect(await readdir(installed)).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'proto']))
})

/** The code that a user would generate from their own protos, with what it imports. */
async function copyGenerated(file: string, to: string): Promise<void> {
  const needed = new Set([file])
  for (const each of needed) {
    const source = await readFile(join(generated, each), 'utf8')
    for (const [, path] of source.matchAll(/from "(\.[^"]+)"/g)) needed.add(join(dirname(each), path!))
    await cp(join(generated, each), join(to, each))
  }
}
