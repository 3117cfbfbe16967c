import { describe, expect, test } from 'vitest'
import { compileStoredRule } from './compile-stored-rule.ts'
import { compileMembershipRule } from './membership-rule.ts'
import { worldAt } from './rule-world.ts'
import { Subject } from './subject.ts'

const lists = new Set(['projects', 'cost centers'])

test.each([
  ['subject.profile.projects == "Apollo"', '"projects" is a list, so ask "Apollo" in subject.profile["projects"]'],
  ['"Apollo" == subject.profile["projects"]', '"projects" is a list, so ask "Apollo" in subject.profile["projects"]'],
  [
    'subject.attributes.projects != "Apollo"',
    '"projects" is a list, so ask !("Apollo" in subject.profile["projects"])',
  ],
  [
    'subject.profile.projects == subject.department',
    '"projects" is a list, so ask "value" in subject.profile["projects"]',
  ],
  [
    'true && subject.profile["cost centers"] in ["1", "2"]',
    '"cost centers" is a list, so ask for one of several values by subject.profile["cost centers"].exists(value, value in [...])',
  ],
  [
    'subject.profile.projects.startsWith("A")',
    '"projects" is a list, so ask each of its values by subject.profile["projects"].exists(value, value.startsWith(...))',
  ],
  [
    'c1.directory.users.v1.GetManagers(subject).exists(m, m.profile.projects == "Apollo")',
    '"projects" is a list, so ask "Apollo" in subject.profile["projects"]',
  ],
])('%s is refused, and the message shows what to ask', (expression, problem) => {
  expect(compileStoredRule(expression, lists).fault).toContain(problem)
  expect(compileStoredRule(expression).fault).toBeUndefined()
})

describe('rules over lists', () => {
  const facts = {
    id: 'E1',
    email: '',
    username: '',
    displayName: 'Ana',
    department: 'IT',
    jobTitle: '',
    employmentType: '',
    employmentStatus: '',
    managerId: '',
    managerEmail: '',
    status: 'enabled' as const,
    type: 'human' as const,
    attributes: { projects: ['Apollo', 'Zeus'], team: 'red' },
  }
  const subject = new Subject(facts, { hasApplication: () => false, hasEntitlement: () => false })

  test.each([
    ['"Apollo" in subject.profile.projects', 'yes'],
    ['"apollo" in subject.profile["projects"]', 'no'],
    ['!("Hermes" in subject.profile.projects)', 'yes'],
    ['subject.profile.projects.exists(p, p.startsWith("Z"))', 'yes'],
    ['subject.profile.projects.all(p, p in ["Apollo", "Zeus", "Hermes"])', 'yes'],
    ['subject.profile.projects == ["Apollo", "Zeus"]', 'yes'],
    ['size(subject.profile.projects) == 2', 'yes'],
    ['subject.profile.projects.size() > 1', 'yes'],
    ['subject.profile.projects[0] == "Apollo"', 'yes'],
    ['"1" in subject.profile["cost centers"]', 'missing'],
    ['"cost centers" in subject.profile && "1" in subject.profile["cost centers"]', 'no'],
    ['has(subject.profile.projects)', 'yes'],
    ['subject.profile.team == "red"', 'yes'],
  ])('%s: %s', (expression, kind) => {
    expect(compileMembershipRule(expression, lists).ask(subject, worldAt(0)).kind).toBe(kind)
  })
})
