import { shown } from '../faults.ts'
import { RowFault } from '../map/map.ts'
import { folded } from '../value.ts'
import { namedTexts } from './record-values.ts'

type Words = Readonly<Record<string, string>>

const listed = (words: Readonly<Record<string, readonly string[]>>): Words =>
  namedTexts(Object.fromEntries(Object.entries(words).flatMap(([meaning, all]) => all.map((word) => [word, meaning]))))

/** What directories and HR systems say of a person, and what it means here. Terminated is disabled: deleted people are left out of all data. */
const statusWords = listed({
  enabled: [
    ...[
      '',
      'enabled',
      'active',
      'true',
      'yes',
      'y',
      '1',
      'current',
      'employed',
      'working',
      'hired',
      'live',
      'aktiv',
      'actif',
    ],
    ...['provisioned', 'on leave', 'leave', 'on_leave', 'user_status_enabled', 'valid', 'ok', 'open', 'a'],
  ],
  disabled: [
    ...[
      'disabled',
      'inactive',
      'false',
      'no',
      'n',
      '0',
      'terminated',
      'suspended',
      'locked',
      'locked out',
      'left',
      'leaver',
    ],
    ...[
      'former',
      'retired',
      'resigned',
      'deactivated',
      'deprovisioned',
      'staged',
      'expired',
      'blocked',
      'inaktiv',
      'inactif',
    ],
    ...['user_status_disabled', 'pending', 'invited', 'archived', 'closed', 't', 'i'],
  ],
  deleted: ['deleted', 'removed', 'user_status_deleted'],
})

const typeWords = listed({
  human: [
    ...[
      '',
      'human',
      'person',
      'people',
      'user',
      'employee',
      'internal',
      'external',
      'contractor',
      'member',
      'guest',
      'regular',
    ],
    ...['worker', 'contingent', 'partner', 'intern', 'account_type_human', 'standard'],
  ],
  service: [
    ...[
      'service',
      'service account',
      'service_account',
      'serviceaccount',
      'service principal',
      'serviceprincipal',
      'svc',
    ],
    ...['application', 'app', 'bot', 'robot', 'managed identity', 'managedidentity', 'workload', 'machine', 'nonhuman'],
    ...['account_type_service', 'technical', 'generic', 'shared', 'non-human'],
  ],
  agent: ['agent', 'ai agent', 'ai'],
  system: ['system', 'system account', 'account_type_system', 'builtin', 'built-in'],
})

/** @throws RowFault for a word that means nothing here */
export function statusOf(text: string): string {
  return meaning(
    statusWords,
    text,
    'status',
    'enabled, disabled, deleted, active, inactive, terminated, true and false',
  )
}

/** @throws RowFault */
export function typeOf(text: string): string {
  return meaning(typeWords, text, 'type', 'human, service, agent and system')
}

/** @throws RowFault */
export function privilegedOf(text: string): string {
  const word = folded(text)
  if (['true', 'yes', 'y', '1', 'privileged', 'x'].includes(word)) return 'true'
  if (['', 'false', 'no', 'n', '0'].includes(word)) return 'false'
  throw new RowFault('privileged', `${shown(text)} is neither true nor false`)
}

function meaning(words: Words, text: string, column: string, known: string): string {
  const word = folded(text)
  if (Object.hasOwn(words, word)) return words[word] ?? ''
  throw new RowFault(column, `${shown(text)} is unknown; known are ${known}. A map gives others a meaning by a table`)
}
