import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import http from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { joinTestPlatform, type TestPlatform } from './platform.ts'

// The official suite, with its requirements for the served revision. Some scenarios need tools, prompts and resources of a fixture,
// which Assay does not have. They are listed here with the reason, and all others must pass.

const tools = 'it calls a tool of the fixture'
const prompts = 'there are no prompts'
const resources = 'there are no resources'
const asks = 'no tool asks its client for anything'
const headers = 'no tool has parameters in headers'

/** Scenarios, or `scenario:check`, that do not apply. Remove one that begins to pass. */
const notApplicable: Readonly<Record<string, string>> = {
  'server-stateless:sep-2575-server-rejects-undeclared-capability': tools,
  'server-stateless:sep-2575-missing-capability-http-400': tools,
  'server-stateless:sep-2575-http-server-no-independent-requests-on-stream': tools,
  'server-stateless:sep-2575-server-no-log-without-loglevel': tools,
  'caching:sep-2549-prompts-list-caching-hints': prompts,
  'caching:sep-2549-resources-list-caching-hints': resources,
  'caching:sep-2549-resources-templates-list-caching-hints': resources,
  'completion-complete': prompts,
  'tools-call-simple-text': tools,
  'tools-call-image': tools,
  'tools-call-audio': tools,
  'tools-call-embedded-resource': tools,
  'tools-call-mixed-content': tools,
  'tools-call-error': tools,
  'tools-call-with-progress': tools,
  'resources-list': resources,
  'resources-read-text': resources,
  'resources-read-binary': resources,
  'resources-templates-read': resources,
  'prompts-list': prompts,
  'prompts-get-simple': prompts,
  'prompts-get-with-args': prompts,
  'prompts-get-embedded-resource': prompts,
  'prompts-get-with-image': prompts,
  'input-required-result-basic-elicitation': asks,
  'input-required-result-basic-sampling': asks,
  'input-required-result-basic-list-roots': asks,
  'input-required-result-request-state': asks,
  'input-required-result-multiple-input-requests': asks,
  'input-required-result-multi-round': asks,
  'input-required-result-non-tool-request': asks,
  'input-required-result-result-type': asks,
  'input-required-result-tampered-state': asks,
  'input-required-result-capability-check': asks,
  'tasks-lifecycle': tools,
  'tasks-capability-negotiation': tools,
  'tasks-wire-fields': tools,
  'tasks-request-state-removal': tools,
  'tasks-mrtr-input': asks,
  'tasks-request-headers': tools,
  'tasks-dispatch-and-envelope': tools,
  'tasks-required-task-error': tools,
  'tasks-mrtr-composition': asks,
  'json-schema-2020-12': tools,
  'http-custom-header-server-validation': headers,
}

let platform: TestPlatform
/** Adds the token, because the suite has no option for it. */
let door: http.Server
let folder: string

beforeAll(async () => {
  platform = await joinTestPlatform()
  folder = await mkdtemp(join(tmpdir(), 'assay-conformance-'))
  const authorization = `Bearer ${await platform.token('role-miner')}`
  const { hostname: host, port } = new URL(platform.baseUrl)
  door = http.createServer((request, response) => {
    const { method = 'GET', url: path = '/' } = request
    const onward = http.request(
      { host, port, method, path, headers: { ...request.headers, authorization } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
})
afterAll(async () => {
  door?.close()
  await rm(folder, { recursive: true, force: true })
  await platform?.stop()
})

test('the requirements of the revision of 2026-07-28 hold, as far as they apply', async () => {
  const { port } = door.address() as AddressInfo
  const main = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/dist/index.js')
  const words = [
    'server',
    '--url',
    `http://127.0.0.1:${port}/mcp`,
    '--requirements',
    '2026-07-28',
    '--output-dir',
    folder,
  ]
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder })
  await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const failed: string[] = []
  let passed = 0
  for (const scenario of await readdir(folder)) {
    const name = scenario.replace(/^server-/, '').replace(/-\d{4}-\d{2}-\d{2}T.*$/, '')
    const checks = JSON.parse(await readFile(join(folder, scenario, 'checks.json'), 'utf8')) as Check[]
    passed += checks.filter(({ status }) => status === 'SUCCESS').length
    for (const { id } of checks.filter(({ status }) => status === 'FAILURE'))
      failed.push(name in notApplicable ? name : `${name}:${id}`)
  }
  expect([...new Set(failed)].sort()).toEqual(Object.keys(notApplicable).sort())
  expect(passed).toBeGreaterThan(100)
})

interface Check {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'SKIPPED' | 'INFO' | 'WARNING'
}
