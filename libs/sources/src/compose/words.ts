import { shown } from '../faults.ts'
import { RowFault } from '../map/map.ts'
import { folded } from '../value.ts'
import { namedTexts } from './record-values.ts'

type Words = Readonly<Record<string, string>>

const listed = (words: Readonly<Record<string, readonly string[]>>): Words =>
  namedTexts(Object.fromEntries(Object.entries(words).flatMap(([meaning, all]) => all.map((word) => [word, meaning]))))

/**
 * Words for the status of a person in directories and HR systems, and their meaning here. Terminated means disabled, since deleted
 * people are left out of all data.
 */
const statusWords = listed({
  enabled: [
    ...[
      '',
      'enabled',
      'active',
      'activated',
      'true',
      'yes',
      'y',
      '1',
      'a',
      'ok',
      'open',
      'valid',
      'current',
      'live',
      'on',
    ],
    // Other languages, also as spreadsheets write a truth value.
    ...[
      'ja',
      'oui',
      'si',
      'sí',
      'sì',
      'sim',
      'tak',
      'wahr',
      'vrai',
      'verdadero',
      'verdadeiro',
      'vero',
      'waar',
      'prawda',
    ],
    ...[
      'employed',
      'employee',
      'working',
      'hired',
      'new hire',
      'rehired',
      'regular',
      'full-time',
      'full time',
      'fulltime',
      'part-time',
      'part time',
      'parttime',
      'contractor',
      'contract',
      'temporary',
      'intern',
      'apprentice',
      'vollzeit',
      'teilzeit',
      'permanent',
      'probation',
      'present',
    ],
    ...[
      'on leave',
      'leave',
      'leave of absence',
      'loa',
      'paid leave',
      'unpaid leave',
      'long-term leave',
      'parental leave',
    ],
    ...['maternity leave', 'sick leave', 'sabbatical', 'furlough', 'furloughed', 'notice period', 'under notice'],
    ...[
      'provisioned',
      'user_status_enabled',
      'registered',
      'confirmed',
      'recovery',
      'orphaned',
      'orphan',
      'password_expired',
      'unlocked',
    ],
    ...[
      'aktiv',
      'aktiviert',
      'beschäftigt',
      'angestellt',
      'actif',
      'active(e)',
      'activo',
      'activa',
      'attivo',
      'attiva',
    ],
    ...[
      'férias',
      'em férias',
      'afastado',
      'afastada',
      'licença',
      'em licença',
      'vacaciones',
      'de vacaciones',
      'licencia',
    ],
    ...[
      'de licencia',
      'vigente',
      'en activo',
      'congé',
      'en congé',
      'arrêt maladie',
      'en poste',
      'urlaub',
      'elternzeit',
    ],
    ...[
      'mutterschutz',
      'krank',
      'probezeit',
      'ferie',
      'in ferie',
      'aspettativa',
      'in forza',
      'zatrudniony',
      'in dienst',
    ],
    ...[
      'ativo',
      'ativa',
      'actief',
      'aktivní',
      'aktywny',
      'aktiivinen',
      'aktif',
      'активен',
      '有効',
      '在職',
      '在职',
      '재직',
    ],
  ],
  disabled: [
    ...[
      'disabled',
      'inactive',
      'not active',
      'non active',
      'non-active',
      'deactivated',
      'deactive',
      'false',
      'no',
      'n',
      '0',
      'off',
      't',
      'i',
      'd',
    ],
    ...['nein', 'non', 'não', 'nao', 'nee', 'nej', 'nie', 'falsch', 'faux', 'falso', 'onwaar', 'fałsz'],
    ...[
      'terminated',
      'voluntarily',
      'involuntarily',
      'voluntary termination',
      'involuntary termination',
      'terminating',
      'termination',
      'separated',
      'left',
      'leaver',
      'left company',
      'former',
      'ex-employee',
    ],
    ...['retired', 'resigned', 'dismissed', 'fired', 'laid off', 'deceased', 'quit', 'ended', 'offboarded', 'alumni'],
    ...[
      'suspended',
      'locked',
      'locked out',
      'locked_out',
      'blocked',
      'expired',
      'revoked',
      'quarantined',
      'dormant',
      'frozen',
    ],
    ...[
      'deprovisioned',
      'staged',
      'pending',
      'invited',
      'prehire',
      'pre-hire',
      'pre-start',
      'future',
      'not started',
      'onboarding',
    ],
    ...['archived', 'closed', 'unregistered', 'user_status_disabled', 'withdrawn', 'cancelled', 'unemployed'],
    ...[
      'inaktiv',
      'deaktiviert',
      'gesperrt',
      'ausgeschieden',
      'ausgetreten',
      'ruhend',
      'inactif',
      'inactive(e)',
      'désactivé',
    ],
    ...['sorti', 'inactivo', 'inactiva', 'baja', 'cesado', 'inattivo', 'cessato', 'inativo', 'desligado', 'inactief'],
    ...[
      'demitido',
      'demitida',
      'desligada',
      'exonerado',
      'aposentado',
      'aposentada',
      'inativa',
      'despedido',
      'despedida',
    ],
    ...[
      'retirado',
      'retirada',
      'jubilado',
      'jubilada',
      'cesada',
      'cesante',
      'desvinculado',
      'desvinculada',
      'suspendido',
    ],
    ...[
      'deshabilitado',
      'bloqueado',
      'renunció',
      'sortie',
      'parti',
      'partie',
      'démissionnaire',
      'licencié',
      'licenciée',
    ],
    ...['retraité', 'retraitée', 'suspendu', 'bloqué', 'inactive', 'inattiva', 'licenziato', 'licenziata', 'dimesso'],
    ...[
      'dimessa',
      'pensionato',
      'pensionata',
      'sospeso',
      'bloccato',
      'gekündigt',
      'entlassen',
      'pensioniert',
      'verrentet',
    ],
    ...['zwolniony', 'zwolniona', 'ontslagen', 'gepensioneerd'],
    ...['uit dienst', 'neaktivní', 'nieaktywny', 'pasif', 'неактивен', 'уволен', '無効', '退職', '离职', '퇴직'],
  ],
  deleted: ['deleted', 'removed', 'user_status_deleted', 'purged', 'gelöscht', 'supprimé', 'eliminado'],
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

/** @throws RowFault for an unknown word */
export function statusOf(text: string): string {
  // `Terminated - voluntary`, `Active (since 2021)`, `Former employee`: the first words decide.
  const whole = statusWords[folded(text)]
  if (whole !== undefined) return whole
  const word = folded(text).split(/[^\p{L}\p{N}_'-]+/u)
  for (let count = Math.min(3, word.length); count > 0; count--) {
    const found = statusWords[word.slice(0, count).join(' ')]
    if (found !== undefined && word[0] !== '') return found
  }
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
