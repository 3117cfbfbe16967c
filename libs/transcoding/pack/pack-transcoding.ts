import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const library = join(import.meta.dirname, '..')
const root = join(library, '../..')

/**
 * Makes the package that others install: JavaScript and declarations (Node strips no types under node_modules) and the
 * generated messages that it needs. Returns the path of the tarball.
 */
export async function packTranscoding(folder: string): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'transcoding-pack-'))
  try {
    await copySources(work)
    await compile(work)
    const content = join(work, 'package')
    await cp(join(work, 'js'), join(content, 'dist'), { recursive: true })
    await cp(join(work, 'src/generated'), join(content, 'dist/generated'), { recursive: true })
    await copyProtos(content)
    await cp(join(library, 'README.md'), join(content, 'README.md'))
    await cp(join(root, 'LICENSE'), join(content, 'LICENSE'))
    await writeFile(join(content, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`)
    await mkdir(folder, { recursive: true })
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: content })
    return join(folder, tarballName(stdout))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** npm prints a list; newer versions print an object whose keys are the names of packages. */
function tarballName(output: string): string {
  const packed: unknown = JSON.parse(output)
  const [first] = Object.values(packed as Record<string, { readonly filename: string }>)
  if (first === undefined) throw new Error('npm packed nothing')
  return first.filename
}

async function copySources(work: string): Promise<void> {
  await cp(join(library, 'src'), join(work, 'src'), {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts') && basename(path) !== 'conformance',
  })
}

async function compile(work: string): Promise<void> {
  const base = JSON.parse(await readFile(join(root, 'tsconfig.base.json'), 'utf8')) as { compilerOptions: object }
  const compilerOptions = {
    ...base.compilerOptions,
    target: 'es2024',
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: 'src',
    outDir: 'js',
    typeRoots: [join(root, 'node_modules/@types')],
  }
  await writeFile(join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src/**/*.ts'] }))
  await writeFile(join(work, 'package.json'), JSON.stringify({ type: 'module' }))
  await symlink(join(root, 'node_modules'), join(work, 'node_modules'), 'dir')
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', work]).catch((error: Error) => {
    throw new Error(`the sources do not compile: ${'stdout' in error ? error.stdout : error.message}`)
  })
  for (const file of await readdir(join(work, 'js'), { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue
    const declarations = await readFile(join(work, 'js', file), 'utf8')
    await writeFile(join(work, 'js', file), declarations.replaceAll(/(['"])(\.[^'"]+)\.ts\1/g, '$1$2.js$1'))
  }
}

/** Copies the proto of the options, which the user's protos may import. */
async function copyProtos(content: string): Promise<void> {
  const path = 'assay/transcoding/v1/annotations.proto'
  await write(join(content, 'proto', path), await readFile(join(root, 'proto', path), 'utf8'))
}

async function manifest(): Promise<object> {
  const own = JSON.parse(await readFile(join(library, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly version: string
    readonly license: string
    readonly description: string
    readonly dependencies: Readonly<Record<string, string>>
  }
  const peers = ['@bufbuild/protobuf', '@connectrpc/connect']
  const pick = (isPeer: boolean) =>
    Object.fromEntries(Object.entries(own.dependencies).filter(([name]) => peers.includes(name) === isPeer))
  return {
    name: own.name,
    version: own.version,
    description: own.description,
    license: own.license,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
    types: './dist/index.d.ts',
    files: ['dist', 'proto'],
    dependencies: pick(false),
    // Peers, so that the package uses the user's copies: descriptors, errors and contexts of two copies are not compatible.
    peerDependencies: pick(true),
  }
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
