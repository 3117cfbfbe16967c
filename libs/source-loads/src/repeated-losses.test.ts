import { expect, test } from 'vitest'
import { load, useTenants } from './testing-tenant.ts'

await useTenants()

const staff = (name: string) => ({ 'staff.csv': `Employee ID,Name,Department,Job Title\n1,${name},IT,Dev\n` })

test('a source reports at its first load what its map loses, and later only that it loses the same', async () => {
  const loses = async (source: string, name: string) => {
    const { state, report } = await load(source, staff(name))
    expect(state).toBe('committed')
    return report.filter((line) => line.includes('loses'))
  }
  const first = await loses('hr', 'Ana')
  expect(first.length).toBeGreaterThan(1)
  expect(first[0]).toMatch(/^the map people loses passwords/)
  const short = ['the map people loses what it lost in earlier loads; --explain lists it']
  expect(await loses('hr', 'Ben')).toEqual(short)
  expect(await loses('hr', 'Cy')).toEqual(short)
  // Each source has its own first load, and another map its own losses.
  expect(await loses('subsidiary', 'Dora')).toEqual(first)
  const { report } = await load('hr', {
    ...staff('Eve'),
    'users.csv': 'SamAccountName,Name,MemberOf\neve,Eve,"CN=crm,DC=x"\n',
  })
  expect(report.filter((line) => line.includes('loses'))).toEqual([
    ...short,
    'the map ad-users-csv loses the primary group, because memberOf does not contain it',
    expect.stringMatching(/^the map ad-users-csv loses groups in groups/),
  ])
})
