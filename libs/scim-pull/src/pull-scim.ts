import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type PatientClient, quoted, type Secret } from '@assay/outbound'
import { listResources } from './list-resources.ts'
import { listFile, ResourceFile } from './resource-file.ts'
import { ScimClient, ScimRefusal } from './scim-client.ts'
import { ScimFault } from './scim-fault.ts'
import { describeService, type ResourceKind, type ResourceType, type Service } from './service.ts'

interface PullOptions {
  readonly client: PatientClient
  readonly secret?: Secret | undefined
  /** The folder for the lists; the caller removes it. */
  readonly folder: string
  /** Reads resources that changed at or after this time; undefined reads all. */
  readonly since?: Date | undefined
  /** Reads only these kinds, which the server must have; undefined reads all that it has. */
  readonly kinds?: readonly ResourceKind[] | undefined
  readonly limits?: Partial<PullLimits>
  readonly signal?: AbortSignal | undefined
  /** Called regularly with the number of resources of a kind that were read. */
  readonly progress?: ((kind: ResourceKind, count: number) => void) | undefined
}

export interface PullLimits {
  readonly pageSize: number
  /** The most resources of one kind. */
  readonly resources: number
  /** The most bytes of all kinds together, on disk. */
  readonly bytes: number
}

const defaultLimits: PullLimits = { pageSize: 200, resources: 3_000_000, bytes: 8 * 2 ** 30 }

interface PulledFile {
  readonly name: string
  readonly path: string
  readonly sizeBytes: number
  open(): AsyncIterable<Uint8Array>
}

export interface ScimPull {
  /**
   * Each file is one answer of a SCIM server with all resources of a kind, in the order of their ids. A kind without resources has no file.
   */
  readonly files: readonly PulledFile[]
  readonly counts: Readonly<Partial<Record<ResourceKind, number>>>
  /** Notes for people, such as kinds that the server does not have. */
  readonly notes: readonly string[]
  /** The time when the server began to answer, by its own clock; a later pull of changes begins at it. */
  readonly asOf: Date | undefined
}

/**
 * Reads the users, groups, roles and entitlements of a SCIM server. Either everything was read, with the counts that the server reports, or
 * the pull fails. Data that change while they are read are read a second time.
 * @throws ScimFault, OutboundFault
 */
export async function pullScim(base: URL, options: PullOptions): Promise<ScimPull> {
  const limits = { ...defaultLimits, ...options.limits }
  const client = new ScimClient(base, options.client, options)
  const service = await describeService(client, limits.pageSize)
  if (options.since !== undefined && !service.filters) {
    throw new ScimFault(`${base.host} has no filters, so what has changed cannot be asked for; pull everything`)
  }
  const files: PulledFile[] = []
  try {
    return await pullTypes(client, service, { ...options, limits }, files)
  } catch (error) {
    for (const { path } of files) await rm(path, { force: true })
    throw error
  }
}

async function pullTypes(
  client: ScimClient,
  service: Service,
  options: PullOptions & { readonly limits: PullLimits },
  files: PulledFile[],
): Promise<ScimPull> {
  const { host } = client.base
  const counts: Partial<Record<ResourceKind, number>> = {}
  const notes = service.otherTypes.map(
    (name) => `${host} has resources of the type ${quoted(name)}, which are not read`,
  )
  const filled: PulledFile[] = []
  let left = options.limits.bytes
  for (const type of wantedTypes(client, service, options.kinds)) {
    const list = await readType(client, service, type, options, left)
    if (list === undefined) {
      // Few servers list the values that users may have; without such a list, the values are those of the users.
      if (options.kinds !== undefined) throw new ScimFault(`${host} has no ${type.kind}`)
      if (type.kind === 'groups') notes.push(`${host} has no groups`)
      continue
    }
    const { file, count } = list
    files.push(file)
    if (count > 0) filled.push(file)
    left -= file.sizeBytes
    counts[type.kind] = count
  }
  if (options.since === undefined && options.kinds === undefined && counts.users === 0) {
    throw new ScimFault(`${host} reports no users at all; is it the right server, and may the secret read users?`)
  }
  return { files: filled, counts, notes, asOf: client.firstAnswerAt }
}

function wantedTypes(
  { base }: ScimClient,
  { types }: Service,
  kinds: readonly ResourceKind[] | undefined,
): readonly ResourceType[] {
  if (kinds === undefined) return types
  const missing = kinds.find((kind) => !types.some((type) => type.kind === kind))
  if (missing !== undefined) throw new ScimFault(`${base.host} has no ${missing}`)
  return types.filter(({ kind }) => kinds.includes(kind))
}

/** The most readings of a list that changes while it is read. */
const readings = 2

interface TypeList {
  readonly file: PulledFile
  readonly count: number
}

/** Undefined when the server does not have the type and did not list it. */
async function readType(
  client: ScimClient,
  service: Service,
  type: ResourceType,
  options: PullOptions & { readonly limits: PullLimits },
  bytesLeft: number,
): Promise<TypeList | undefined> {
  for (let reading = 1; ; reading++) {
    try {
      return await readOnce(client, service, type, options, bytesLeft)
    } catch (error) {
      const isAbsent = error instanceof ScimRefusal && [404, 405, 501].includes(error.status)
      if (isAbsent && !type.isNamed) return undefined
      if (reading === readings || !isPassing(error)) throw error
    }
  }
}

async function readOnce(
  client: ScimClient,
  service: Service,
  type: ResourceType,
  { folder, since, progress, limits }: PullOptions & { readonly limits: PullLimits },
  bytesLeft: number,
): Promise<TypeList> {
  const name = `${type.kind}.json`
  const path = join(folder, name)
  const file = await ResourceFile.create(`${path}.part`)
  try {
    for await (const resources of listResources(client, service, type, { since, most: limits.resources })) {
      for (const resource of resources) await file.add(resource)
      if (file.bytes > bytesLeft)
        throw new ScimFault(`${client.base.host} gives more than ${limits.bytes} bytes in all`)
      progress?.(type.kind, file.count)
    }
    await file.writeList(path)
  } finally {
    await file.remove()
  }
  return { file: listFile(path, name, (await stat(path)).size), count: file.count }
}

/** Whether a second reading may succeed: the data changed meanwhile, or a cursor expired. */
function isPassing(error: unknown): boolean {
  if (error instanceof ScimRefusal) return /^(expiredCursor|invalidCursor)$/.test(error.scimType)
  return error instanceof ScimFault && error.mayPass
}
