import { ChangeService } from '@assay/contracts/assay/change/v1/change_service_pb'
import { CoverageService, Layer } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { RoleModelService, RoleModel_State as State } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { createClient } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, faultsAt, goToScreen } from './open-console.ts'
import { type ConsoleUnderTest, loadMonth, loadNextMonth } from './sample-console.ts'
import { shown } from './shown.ts'

/** Tests for coverage, changes, and newer data of a role model. They must come last, because they load other data. */
export function testCoverageAndChanges({ platform, open }: ConsoleUnderTest): void {
  const transport = async () => grpc(platform().baseUrl, await platform().token('admin'))

  test('coverage: the layers add up to all grants, and each lists its grants', async () => {
    const { page } = await open()
    const { grants, layers } = await createClient(CoverageService, await transport()).getResidual({})
    await goToScreen(page, 'Coverage')
    const rows = page.getByRole('table', { name: 'What explains how many grants' }).getByRole('row')
    await shown(rows.nth(1))
    const numbers = async () => {
      const found: number[] = []
      for (const row of (await rows.all()).slice(1))
        found.push(Number((await row.getByRole('cell').first().textContent())?.replaceAll(',', '')))
      return found
    }
    await expect.poll(async () => (await numbers()).at(-1)).toBe(Number(grants))
    expect((await numbers()).slice(0, -1).reduce((sum, one) => sum + one, 0)).toBe(Number(grants))
    await page.getByRole('link', { name: 'Open candidates' }).click()
    const open_ = layers.find(({ layer }) => layer === Layer.OPEN)
    await expect
      .poll(() => page.getByRole('grid', { name: 'Open candidates' }).getAttribute('aria-rowcount'))
      .toBe(Number(open_?.grants) > 100 ? '-1' : String(Number(open_?.grants) + 1))
    await page.getByRole('link', { name: 'Breaches of policies' }).click()
    await shown(page.getByText('hold nothing against the policies'))
  })

  test('changes: the next load shows who joined and left, and its run the fates of candidates with reasons', async () => {
    const { page } = await open()
    await loadNextMonth(platform())
    const changes = createClient(ChangeService, await transport())
    await expect.poll(async () => (await changes.listLoadChanges({})).loads.length).toBe(1)
    const { loads } = await changes.listLoadChanges({})
    await goToScreen(page, 'Changes')
    for (const sentence of loads[0]?.sentences ?? []) await shown(page.getByText(sentence))
    await page.getByRole('link', { name: 'From run to run' }).click()
    const { runs } = await changes.listComparableRuns({})
    const before = runs.find(({ importId }) => importId !== runs[0]?.importId)?.runId ?? ''
    await page.getByRole('combobox', { name: 'Earlier run' }).selectOption(before)
    const compared = await changes.compareRuns({ runId: 'latest', previousRunId: before })
    const [changed] = compared.changes
    expect(changed?.reasons.length).toBeGreaterThan(0)
    await shown(page.getByRole('heading', { name: changed?.after?.displayName ?? changed?.before?.displayName ?? '' }))
    await shown(page.getByText(changed?.reasons[0] ?? ''))
    for (const { fate, count } of compared.counts.filter((one) => one.count > 0).slice(0, 2)) {
      const title = ['', 'new', 'gone', 'grown', 'shrunk', 'changed', 'renamed', 'the same'][fate]
      await page.getByRole('link', { name: `${title} ${count}`, exact: true }).click()
      await expect.poll(() => new URL(page.url()).searchParams.get('fate')).toBe(title === 'the same' ? 'same' : title)
    }
  })
  test('a role model is brought to newer data, which says what joined and left and why roles changed, and follows them', async () => {
    await loadMonth(platform(), 'first')
    const models = createClient(RoleModelService, await transport())
    const { id: roleModelId } = await models.startRoleModel({})
    const model = () => models.getRoleModel({ roleModelId })
    await expect.poll(async () => (await model()).state).toBe(State.COMPLETED)
    const { page } = await open()
    await page.goto(`${platform().baseUrl}/role-models/${roleModelId}`)
    await page.getByRole('link', { name: 'Newer data' }).click()
    const revise = async (button: string, yes: string) => {
      await page.getByRole('button', { name: button }).click()
      await page.getByRole('dialog').getByRole('button', { name: yes }).click()
    }
    await revise('Bring it to the data in force…', 'Bring it there')
    await shown(page.getByText('Nobody joined, moved or left'))

    await loadMonth(platform(), 'next')
    await revise('Bring it to the data in force…', 'Bring it there')
    await shown(page.getByText(/^Brought to the data of /))
    const { lastRevision } = await model()
    expect(lastRevision?.leavers).toBeGreaterThan(0)
    await shown(page.getByText(`0 joined, ${lastRevision?.movers} moved, ${lastRevision?.leavers} left`))
    const { changes } = await models.listRoleModelChanges({ roleModelId, pageSize: 100 })
    const grid = page.getByRole('grid', { name: 'What the last revision changed' })
    await shown(grid.getByText(changes[0]?.reason ?? '', { exact: true }))
    const found = await faultsAt(page, 'the changes of a role model')
    await revise('Follow the data…', 'Follow them')
    await shown(page.getByText('It follows the data'))
    expect((await model()).follows).toBe(true)
    await revise('Stop following…', 'Stop following')
    await shown(page.getByRole('button', { name: 'Follow the data…' }))
    expect((await model()).follows).toBe(false)
    expect([...found, ...complaintsOf(page)]).toEqual([])
  })
}
