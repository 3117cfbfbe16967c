import { X509Certificate } from 'node:crypto'
import { readFile, statfs } from 'node:fs/promises'
import { unknownVariables } from '@assay/server'
import type { ownTls } from '../own-certificate.ts'
import { request } from '../own-certificate.ts'
import { type Finding, fault, ok, warning } from './finding.ts'

const dayMs = 24 * 60 * 60 * 1000
/** Enough time to notice and correct a failed renewal. */
const certificateWarningDays = 21
const fewestFreeBytes = 1024 ** 3
const fewestFreeShare = 0.05
/** The same as in package.json. */
const oldestNode = 24

export function checkNode(version = process.versions.node): Finding {
  const remedy = `run Assay with Node ${oldestNode} or newer`
  return Number.parseInt(version, 10) < oldestNode
    ? fault('Node', `it is ${version}`, remedy)
    : ok('Node', `it is ${version}`)
}

export function checkEnvironment(environment: NodeJS.ProcessEnv): Finding[] {
  return unknownVariables(environment).map((name) =>
    warning('environment', `${name} is set, and nothing reads it`, 'see "assay config --explain" for all variables'),
  )
}

/** The free space of the disk with a folder. */
export async function checkDisk(name: string, folder: string): Promise<Finding> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    const words = `${Math.floor((bavail * bsize) / 1e9)} GB are free at ${folder}`
    return bavail * bsize < fewestFreeBytes || bavail < blocks * fewestFreeShare
      ? warning(name, words, 'make room: what has no room waits, and imports are refused')
      : ok(name, words)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return fault(name, `${folder} cannot be looked at (${code})`, 'make the folder, or name another')
  }
}

export async function checkCertificate(file: string | undefined, now = Date.now()): Promise<Finding[]> {
  if (file === undefined) return []
  try {
    const { validTo, validFrom, subject } = new X509Certificate(await readFile(file))
    const days = Math.floor((new Date(validTo).getTime() - now) / dayMs)
    const whose = subject.replaceAll('\n', ', ')
    if (new Date(validFrom).getTime() > now)
      return [fault('certificate', `${whose} is not valid before ${validFrom}`, 'see the clock, or take another one')]
    if (days < 0) return [fault('certificate', `${whose} ended ${validTo}`, 'renew it: it is taken up within seconds')]
    const words = `${whose} is valid for ${days} days`
    return [days < certificateWarningDays ? warning('certificate', words, 'renew it') : ok('certificate', words)]
  } catch (error) {
    return [
      fault('certificate', `${file} cannot be read: ${(error as Error).message}`, 'name a PEM file with the chain'),
    ]
  }
}

interface Ready {
  readonly status: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly remarks?: Readonly<Record<string, string>>
}

/** @throws Error when it is not an answer of Assay's `/readyz` */
function readyOf(body: string): Ready {
  const said = JSON.parse(body) as Partial<Ready> | null
  if (typeof said?.status !== 'string') throw new Error('its /readyz has no status')
  return { ...said, status: said.status }
}

/** The doctor does not wait longer for a gateway that accepts connections and does not answer. */
const gatewayPatienceMs = 15_000

/** The readiness of the gateway and of the services behind it. */
export async function checkGateway(
  baseUrl: string,
  tls: ReturnType<typeof ownTls>,
  patienceMs = gatewayPatienceMs,
): Promise<Finding[]> {
  let ready: Ready
  try {
    // Behind a proxy, the base URL may have a path.
    ready = readyOf((await request(new URL(`${baseUrl.replace(/\/+$/, '')}/readyz`), tls, undefined, patienceMs)).body)
  } catch (error) {
    const { name, message } = error as Error
    const why = name === 'AbortError' ? `no answer within ${patienceMs / 1000} s` : message
    const words = `nothing that answers as Assay does is at ${baseUrl}: ${why}`
    return [fault('gateway', words, 'start it, or name its address with --url')]
  }
  const away = Object.entries(ready.dependencies ?? {}).filter(([, state]) => state !== 'ok')
  if (away.length === 0 && ready.status === 'ready') {
    return [ok('gateway', `${baseUrl} and what is behind it answer`)]
  }
  if (away.length === 0) {
    return [fault('gateway', `${baseUrl} says that it is "${ready.status}"`, 'wait until it is ready, or see its log')]
  }
  return away.map(([name, state]) => {
    const remark = ready.remarks?.[name] ?? 'it does not answer'
    return state === 'late'
      ? warning('gateway', `${name} answers late: ${remark}`, 'see how busy its machine and that of the gateway are')
      : fault('gateway', `${name} is away: ${remark}`, `start ${name}, or see its log`)
  })
}
