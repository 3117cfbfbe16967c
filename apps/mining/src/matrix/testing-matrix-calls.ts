import { CandidateService } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import {
  MatrixMode,
  MatrixService,
  type MatrixViewSchema,
  type MatrixWindow,
  RoleSource,
} from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { failureOf, type TestService } from '../testing-service.ts'

type View = MessageInitShape<typeof MatrixViewSchema>

/** Tests of MatrixService, on a tenant that has data and an analysis; CandidateService is served too. */
export function testMatrixCalls(running: () => TestService, tenant: () => number): void {
  const client = () => running().client(MatrixService, tenant(), 'auditor')
  const engineers = { conditions: [{ attribute: 'department', values: ['Engineering'] }] }
  const isSet = ({ rowBytes }: MatrixWindow, plane: Uint8Array, row: number, column: number) =>
    ((plane[row * rowBytes + (column >> 3)]! >> (column & 7)) & 1) === 1
  const pairsOf = (window: MatrixWindow, plane: Uint8Array) =>
    window.people.flatMap(({ identityId }, row) =>
      window.entitlements.flatMap(({ applicationId, entitlementId }, column) =>
        isSet(window, plane, row, column) ? [`${identityId} ${applicationId} ${entitlementId}`] : [],
      ),
    )

  test('the cells of a matrix are the grants of its people, by SQL, and its counts are theirs', async () => {
    const matrix = await client().describeMatrix({ view: engineers })
    const { version, rowCount, columnCount } = matrix
    const window = await client().getMatrixWindow({ view: engineers, version, rowCount: 1000, columnCount: 1000 })
    expect([window.people.length, window.entitlements.length]).toEqual([rowCount, columnCount])
    const rows = await running().database.owner.sql<{ pair: string }[]>`
      select i.id || ' ' || a.id || ' ' || e.id as pair from grants g
      join identities i on i.tenant_id = g.tenant_id and i.key = g.identity_key
      join entitlements e on e.tenant_id = g.tenant_id and e.key = g.entitlement_key
      join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key
      where g.tenant_id = ${tenant()} and g.import_id = (select import_id from snapshots where tenant_id = ${tenant()})
        and i.department = 'Engineering' and i.status = 'enabled' and i.type = 'human'`
    expect(pairsOf(window, window.assigned).sort()).toEqual(rows.map(({ pair }) => pair).sort())
    expect(Number(matrix.cells?.assigned)).toBe(rows.length)
    const overview = await client().getMatrixOverview({ view: engineers, version })
    expect(overview.assigned.reduce((sum, one) => sum + one, 0)).toBe(rows.length)
    expect(await client().describeMatrix({ view: engineers })).toEqual(matrix)
  })

  test('the managers of whom conditions speak are named', async () => {
    const [manager] = await running().database.owner.sql<{ id: string; displayName: string }[]>`
      select m.id, m.display_name as "displayName" from identities i
      join identities m on m.tenant_id = i.tenant_id and m.id = i.manager_id
      where i.tenant_id = ${tenant()} order by m.id limit 1`
    const conditions = [
      { attribute: 'department', values: ['Engineering'] },
      { attribute: 'manager', values: [manager?.id ?? '', 'nobody'] },
    ]
    const { valueNames } = await client().describeMatrix({ view: { conditions } })
    expect(valueNames).toMatchObject([{ attribute: 'manager', value: manager?.id, displayName: manager?.displayName }])
  })

  test('blocks are profiles and suggestions where they stand, and the difference is what they give and what is held', async () => {
    const view: View = {}
    const { version, blocks, roles, cells } = await client().describeMatrix({ view })
    expect(roles).toBe(RoleSource.SUGGESTIONS)
    expect(blocks.slice(0, 3).map(({ letter }) => letter)).toEqual(['A', 'B', 'C'])
    const sizes = blocks.map(({ peopleCount, entitlementCount }) => peopleCount * entitlementCount)
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    const block = blocks.find(({ source }) => source.case === 'suggestionId')
    if (block?.source.case !== 'suggestionId') return expect.unreachable()
    const candidate = { source: { case: 'suggestionId' as const, value: block.source.value } }
    const resolved = await running().client(CandidateService, tenant(), 'auditor').resolveCandidate({ candidate })
    expect([block.peopleCount, block.entitlementCount]).toEqual([resolved.peopleCount, resolved.entitlementCount])
    const { rowStart, rowCount, columnStart, columnCount } = block
    const mode = MatrixMode.DIFFERENCE
    const place = { rowStart, rowCount, columnStart, columnCount }
    const window = await client().getMatrixWindow({ view, version, mode, ...place })
    expect(pairsOf(window, window.modelled)).toHaveLength(rowCount * columnCount)
    const overview = await client().getMatrixOverview({ view, version, mode })
    const sum = (counts: readonly number[]) => BigInt(counts.reduce((total, one) => total + one, 0))
    expect([sum(overview.gains), sum(overview.losses)]).toEqual([cells?.gains, cells?.losses])
    // An assigned cell that is not modelled is a loss; a modelled one that is not assigned is a gain. No group gives access here.
    expect((cells?.assigned ?? 0n) - (cells?.losses ?? 0n)).toBe((cells?.modelled ?? 0n) - (cells?.gains ?? 0n))
  })

  test('of a candidate the people keep what they hold, and what it gives comes on top', async () => {
    const { blocks } = await client().describeMatrix({})
    const { source } = blocks.find((one) => one.source.case === 'suggestionId') ?? expect.unreachable()
    const candidate = { source: { case: 'suggestionId' as const, value: String(source.value) } }
    const { cells, blocks: own, rowCount, roles } = await client().describeMatrix({ view: { candidate } })
    expect([roles, own.length, own[0]?.source]).toEqual([
      RoleSource.UNSPECIFIED,
      1,
      { case: 'isCandidate', value: true },
    ])
    expect([own[0]?.rowCount, own[0]?.peopleCount]).toEqual([rowCount, rowCount])
    expect(cells).toMatchObject({ losses: 0n, modelled: (cells?.assigned ?? 0n) + (cells?.gains ?? 0n) })
    expect(Number(cells?.gains)).toBe(rowCount * (own[0]?.entitlementCount ?? 0) - Number(own[0]?.assignedCount))
  })

  test('every nth row is that row, and a window ends with the matrix', async () => {
    const all = await client().getMatrixWindow({ rowCount: 400, columnCount: 50 })
    const some = await client().getMatrixWindow({ rowStart: 3, rowStep: 50, rowCount: 100, columnCount: 50 })
    expect(some.people).toEqual(all.people.filter((_, row) => row >= 3 && (row - 3) % 50 === 0))
    for (let at = 0; at < some.rowCount; at++)
      for (let column = 0; column < 50; column++)
        expect(isSet(some, some.assigned, at, column)).toBe(isSet(all, all.assigned, 3 + at * 50, column))
    const none = await client().getMatrixWindow({ rowStart: 100_000, columnStart: 100_000, omitNames: true })
    expect([none.rowCount, none.columnCount, none.assigned.length]).toEqual([0, 0, 0])
  })

  test('a row and a column are found by a part of the name, with their places', async () => {
    const { people, entitlements } = await client().getMatrixWindow({
      rowStart: 17,
      rowCount: 1,
      columnStart: 9,
      columnCount: 1,
    })
    const person = await client().findInMatrix({ text: people[0]!.displayName.toUpperCase().slice(1) })
    expect(person.rows.map(({ row }) => row)).toContain(17)
    expect(person.rows.find(({ row }) => row === 17)?.person).toEqual(people[0])
    const byId = await client().findInMatrix({ text: people[0]!.identityId })
    expect(byId.rows[0]!.row).toBe(17)
    const entitlement = await client().findInMatrix({ text: entitlements[0]!.displayName })
    expect(entitlement.columns.map(({ column }) => column)).toContain(9)
    expect(await client().findInMatrix({ text: 'no such name' })).toMatchObject({ rows: [], columns: [] })
  })

  test('a role model that is there comes first, and others are asked for by name', async () => {
    const { owner } = running().database
    const { version, importId } = await client().describeMatrix({})
    const { keys, entitlements } = (
      await owner.sql<{ keys: number[]; entitlements: number[] }[]>`
      select array(select key from identities where tenant_id = ${tenant()} and status = 'enabled' and type = 'human' order by key limit 20) as keys,
        array(select key from entitlements where tenant_id = ${tenant()} order by key limit 7) as entitlements`
    )[0]!
    const { id } = (
      await owner.sql<{ id: string }[]>`
      insert into role_models (tenant_id, id, created_by, settings, state, import_id, ended_at)
      values (${tenant()}, gen_random_uuid(), 'tester', '{}', 'completed', ${importId}, now()) returning id`
    )[0]!
    await owner.sql`
      insert into role_model_roles (tenant_id, model_id, number, identity_keys, entitlement_keys, kept)
      values (${tenant()}, ${id}, 1, ${keys}::integer[], ${entitlements}::integer[], false)`
    const modelled = await client().describeMatrix({})
    expect(modelled).toMatchObject({ roles: RoleSource.ROLE_MODEL, roleModelId: id, stale: false, roleCount: 1 })
    expect(modelled.blocks[0]).toMatchObject({
      displayName: 'Role 1',
      peopleCount: 20,
      entitlementCount: 7,
      rowCount: 20,
      columnCount: 7,
      source: { case: 'roleNumber', value: 1 },
    })
    // An open matrix keeps its order; only a new request gets the order of the model.
    expect((await client().getMatrixOverview({ version })).tileRowCount).toBeGreaterThan(0)
    const suggestions = { roles: RoleSource.SUGGESTIONS }
    expect((await client().describeMatrix({ view: suggestions })).version).toBe(version)
    await owner.sql`update role_models set import_id = 'another' where id = ${id}`
    expect((await client().describeMatrix({})).roles).toBe(RoleSource.SUGGESTIONS)
    expect(await client().describeMatrix({ view: { roleModelId: id } })).toMatchObject({ stale: true })
    await owner.sql`update role_models set state = 'running', ended_at = null where id = ${id}`
    expect(await failureOf(client().describeMatrix({ view: { roleModelId: id } }))).toMatch(
      /^FailedPrecondition: The role model .* is running; name one that has completed/,
    )
    await owner.sql`delete from role_models where id = ${id}`
  })

  test('what is asked wrongly says what is wrong, and what to do', async () => {
    const describe = (view: View) => failureOf(client().describeMatrix({ view }))
    expect(await describe({ conditions: [{ attribute: 'shoe size', values: ['9'] }] })).toMatch(
      /unknown attribute "shoe size"; known are /,
    )
    expect(await describe({ ...engineers, candidate: { source: { case: 'draftId', value: 'x' } } })).toMatch(
      /^InvalidArgument: conditions: cannot be combined with a candidate/,
    )
    expect(await describe({ candidate: {} })).toMatch(/^InvalidArgument: candidate: needs one source/)
    expect(await describe({ roles: 9 as RoleSource })).toMatch(/^InvalidArgument: roles: must be one of/)
    expect(await describe({ roles: RoleSource.ROLE_MODEL })).toMatch(
      /^FailedPrecondition: There is no role model .* start one/,
    )
    expect(await describe({ roles: RoleSource.NONE, roleModelId: 'x' })).toMatch(
      /^InvalidArgument: role_model_id: is only for/,
    )
    expect(await describe({ roleModelId: 'x' })).toBe('NotFound: role model "x" does not exist')
    const window = (asked: Parameters<ReturnType<typeof client>['getMatrixWindow']>[0]) =>
      failureOf(client().getMatrixWindow(asked))
    expect(await window({ rowStart: -1 })).toMatch(/^InvalidArgument: row_start: must not be negative/)
    expect(await window({ rowCount: 4001 })).toMatch(/^InvalidArgument: row_count: at most 4000, not 4001; ask for/)
    expect(await window({ rowCount: 2000, columnCount: 501 })).toMatch(
      /1002000 cells; a window has at most 1000000: ask/,
    )
    expect(await window({ mode: 9 as MatrixMode })).toMatch(/^InvalidArgument: mode: must be one of/)
    expect(await window({ version: 'made-up' })).toMatch(/^Aborted: /)
    const none = { view: { roles: RoleSource.NONE }, mode: MatrixMode.DIFFERENCE }
    expect(await window(none)).toMatch(/^FailedPrecondition: There are no roles to model by: run an analysis/)
    expect(await failureOf(client().findInMatrix({ text: ' ' }))).toMatch(/^InvalidArgument: text: must contain/)
    expect(await failureOf(client().findInMatrix({ text: 'x'.repeat(257) }))).toMatch(/more than 256 characters/)
    const empty = running().client(MatrixService, await running().database.tenantId('nothing loaded'))
    expect(await failureOf(empty.describeMatrix({}))).toMatch(/^FailedPrecondition: There is no access data yet/)
    const nobody = { conditions: [{ attribute: 'department', values: ['Nosuch'] }] }
    expect(await client().describeMatrix({ view: nobody })).toMatchObject({ rowCount: 0, columnCount: 0, blocks: [] })
  })
}
