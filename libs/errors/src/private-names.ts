import { joined, wordsOf } from './name-words.ts'

/** What lists of staff say of people that colleagues need not know, by the nouns of their headers in the languages of the known ones. */
const kinds: readonly (readonly [kind: string, ends: readonly string[], whole: readonly string[]])[] = [
  [
    'pay',
    [
      ...['salary', 'salaries', 'wage', 'remuneration', 'compensation', 'income', 'earnings', 'bonus', 'allowance'],
      ...[
        'base pay',
        'net pay',
        'gross pay',
        'annual pay',
        'monthly pay',
        'hourly pay',
        'overtime pay',
        'take home pay',
      ],
      ...['pay rate', 'hourly rate', 'daily rate', 'monthly rate', 'rate of pay', 'pay amount', 'cost to company'],
      ...['gehalt', 'gehälter', 'lohn', 'löhne', 'vergütung', 'entgelt', 'verdienst', 'stundensatz', 'prämie'],
      ...['salaire', 'rémunération', 'traitement brut', 'sueldo', 'salario', 'remuneración', 'retribución', 'salário'],
      ...[
        'remuneração',
        'vencimento base',
        'stipendio',
        'retribuzione',
        'salaris',
        'bruto loon',
        'uurloon',
        'maandloon',
      ],
      ...[
        'wynagrodzenie',
        'pensja',
        'månedsløn',
        'månadslön',
        'palkka',
        'mzda',
        'оклад',
        'зарплата',
        'заработная плата',
      ],
      ...['工资', '薪资', '薪水', '給与', '年収', '급여', '연봉'],
    ],
    ['pay', 'ctc', 'loon', 'lön', 'løn', 'lønn', 'soldo'],
  ],
  [
    'a bank account',
    [
      ...[
        'iban',
        'bank account',
        'bank name',
        'bank details',
        'routing number',
        'sort code',
        'bankkonto',
        'bankverbindung',
      ],
      ...['kontonummer', 'bankleitzahl', 'kontoinhaber', 'compte bancaire', 'cuenta bancaria', 'conta bancária'],
      ...[
        'conto corrente',
        'coordinate bancarie',
        'bankrekening',
        'rekeningnummer',
        'konto bankowe',
        'konta bankowego',
      ],
      ...['bankkontonummer', 'bankové spojení', '银行账号', '銀行口座', '계좌번호'],
    ],
    ['rib', 'blz', 'clabe', 'cbu'],
  ],
  [
    'the day of birth',
    [
      ...['birth', 'birth date', 'birthday', 'birthdate', 'dob', 'birth place', 'birth year', 'year of birth'],
      ...['birth country', 'country of birth', 'place of birth'],
      ...[
        'geburtsdatum',
        'geburtstag',
        'geburtsort',
        'geburtsjahr',
        'geb datum',
        'naissance',
        'nacimiento',
        'nascimento',
      ],
      ...['nascita', 'geboortedatum', 'geboorteplaats', 'urodzenia', 'födelsedatum', 'fødselsdato', 'syntymäaika'],
      ...['narození', 'születési dátum', 'дата рождения', '出生日期', '生日', '生年月日', '생년월일'],
    ],
    [
      'age',
      'employee age',
      'age years',
      'age in years',
      'age group',
      'age band',
      'age range',
      'alter',
      'âge',
      'edad',
      'idade',
      'età',
    ],
  ],
  [
    'a number of the state',
    [
      ...['ssn', 'social security', 'social insurance', 'national id', 'national identity', 'national insurance'],
      ...['national identifier', 'tax id', 'taxpayer id', 'tax identification', 'tax code', 'tax file', 'passport'],
      ...[
        'identity card',
        'identity document',
        'driver license',
        'driver s license',
        'driver s licence',
        'drivers license',
        'driving licence',
        'driver licence',
      ],
      ...['aadhaar', 'aadhar', 'steuer id', 'steuernummer', 'steueridentifikationsnummer', 'sozialversicherungsnummer'],
      ...['sv nummer', 'ausweisnummer', 'personalausweis', 'reisepass', 'sécurité sociale', 'seguridad social'],
      ...['segurança social', 'codice fiscale', 'burgerservicenummer', 'personnummer', 'fødselsnummer', 'rodné číslo'],
      ...['cpf', 'pesel', 'curp', 'nric', 'cnic', 'jmbg', '身份证', '身份证号', 'マイナンバー', '주민등록번호'],
    ],
    [
      'sin',
      'nin',
      'nino',
      'tin',
      'pan',
      'pan number',
      'tin number',
      'sin number',
      'pan no',
      'dni',
      'nif',
      'nie',
      'rfc',
      'rut',
      'rg',
      'nir',
      'bsn',
      'cédula',
    ],
  ],
  [
    'belief, origin, health or family',
    [
      ...[
        'religion',
        'ethnicity',
        'ethnic group',
        'ethnic origin',
        'disability',
        'disability status',
        'marital status',
        'health status',
        'health condition',
        'religious belief',
        'sexuality',
        'spouse',
      ],
      ...['marital desc', 'sexual orientation', 'union membership', 'blood group', 'blood type', 'medical condition'],
      ...[
        'konfession',
        'schwerbehinderung',
        'schwerbehindert',
        'familienstand',
        'geschlecht',
        'blutgruppe',
        'kinderzahl',
      ],
      ...['état civil', 'situation familiale', 'estado civil', 'stato civile', 'burgerlijke staat', 'stan cywilny'],
      ...[
        'gender',
        'handicap',
        'número de hijos',
        'number of children',
        'number of dependents',
        '婚姻状况',
        '性别',
        '宗教',
      ],
    ],
    [
      'race',
      'race desc',
      'race ethnicity',
      'raza',
      'raça',
      'sex',
      'sexe',
      'sexo',
      'sesso',
      'género',
      'gênero',
      'genere',
      'geslacht',
      'płeć',
      'kön',
      'køn',
      'пол',
    ],
  ],
  [
    'a private address',
    [
      ...[
        'home address',
        'home postal address',
        'private address',
        'personal address',
        'residential address',
        'home phone',
        'private phone',
      ],
      ...['personal phone', 'home telephone', 'personal mobile', 'private mobile', 'personal email', 'private email'],
      ...['home email', 'personal email address', 'private email address', 'emergency contact', 'emergency phone'],
      ...[
        'privatadresse',
        'private adresse',
        'wohnadresse',
        'wohnanschrift',
        'private telefonnummer',
        'notfallkontakt',
      ],
      ...[
        'adresse personnelle',
        'domicilio particular',
        'indirizzo di residenza',
        'privéadres',
        'endereço residencial',
      ],
    ],
    [],
  ],
]
/**
 * Words behind the noun that only say how it is written or counted. Grades, bands and types of pay are not among them: they are said of many people alike.
 */
const forms = new Set([
  ...['amount', 'value', 'number', 'num', 'no', 'nr', 'nummer', 'code', 'name', 'date', 'desc', 'description'],
  ...[
    'per',
    'hour',
    'year',
    'month',
    'week',
    'annual',
    'annum',
    'pm',
    'pa',
    'gross',
    'net',
    'base',
    'current',
    'total',
    'k',
  ],
  ...['brutto', 'netto', 'brut', 'bruto', 'neto', 'bruta', 'lordo', 'mensuel', 'annuel', 'mensual', 'anual', 'mensal'],
  ...['eur', 'euro', 'usd', 'gbp', 'chf', 'inr', 'brl', 'pln', 'in', 'last', 'id', 'holder', 'phone', 'line', 'text'],
  ...['min', 'max', 'minimum', 'maximum', 'expiry', 'expiration', 'expires'],
])
/** More of them behind a noun make it the name of something else. */
const mostForms = 5

/** Behind other words, and nouns of languages that join words: `Bruttogehalt`, `Monatslohn`, `basesalary`. */
const ends = kinds.map(
  ([kind, nouns]) =>
    [
      kind,
      new RegExp(`(?:^|\\s)(?:${anyOf(nouns.map(spaced))})s?$`, 'u'),
      new RegExp(`(?:${anyOf(nouns.map(joined).filter(isLong))})s?$`, 'u'),
    ] as const,
)
/** Names with the ends of others inside a word: the code of a department or a hotel, an id in all countries, knowledge, courses. */
const others =
  /(?:(?:ress?ort|syntax) ?code|(?:inter|multi|trans)national ?(?:id|identi(?:ty|fier))|(?:^|\s)(?:recon|con|re)naissance|learning)s?$/u
const wholes = new Map(kinds.flatMap(([kind, , names]) => names.map((name) => [joined(name), kind] as const)))

/**
 * What a column or a member with this name says of a person that is for the person and the personnel department alone: pay, a bank
 * account, the day of birth, a number of the state, belief, origin, health or family, a private address; undefined for all others.
 */
export function privateKind(name: string): string | undefined {
  // A number says which one: `Salary 2024`, `Salary1`, `ssn_last4`.
  const words = wordsOf(name).flatMap((word) => word.replace(/\p{N}+$/u, '') || [])
  const known = wholes.get(words.join(''))
  if (known !== undefined) return known
  for (let left = mostForms; left > 0 && words.length > 0; left--) {
    const [text, whole] = [words.join(' '), words.join('')]
    if (others.test(text)) return undefined
    const found = ends.find(([, spacedEnd, joinedEnd]) => spacedEnd.test(text) || joinedEnd.test(whole))
    if (found !== undefined) return found[0]
    if (!forms.has(words.pop() ?? '')) return undefined
  }
  return undefined
}

/**
 * The report on a column that was left out because of what it says of people.
 * @param column the name as messages show it, in quotes
 */
export function leftOutPrivate(column: string, kind: string): string {
  return `the column ${column} is left out, since it says ${kind} and everybody who reads people would see it; a map that names it under "attributes" takes it`
}

function anyOf(nouns: readonly string[]): string {
  return nouns.join('|')
}

function spaced(name: string): string {
  return wordsOf(name).join(' ')
}

/** Short words are also ends of others. */
function isLong(noun: string): boolean {
  return noun.length >= 6 || noun === 'lohn'
}
