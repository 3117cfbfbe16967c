import { expect, test } from 'vitest'
import { privateKind } from './private-names.ts'

test.each([
  [
    'pay',
    ['Salary', 'base_salary', 'MonthlyIncome', 'Annual Salary (EUR)', 'salary_usd', 'HourlyRate', 'PayRate', 'Bonus'],
  ],
  [
    'pay',
    ['Gehalt', 'Bruttogehalt', 'Monatslohn brutto', 'Vergütung', 'Salaire mensuel', 'sueldo_base', 'Salário', 'CTC'],
  ],
  ['a bank account', ['IBAN', 'iban_number', 'Bank Account No', 'bankAccountNumber', 'Kontonummer', 'cuenta bancaria']],
  [
    'the day of birth',
    [
      'Date of Birth',
      'DOB',
      'birth_date',
      'dateOfBirth',
      'Geburtsdatum',
      'fecha_nacimiento',
      'heure naissance',
      'Age',
      'Edad',
    ],
  ],
  [
    'a number of the state',
    ['SSN', 'ssn_last4', 'National ID', 'passport_number', 'Sozialversicherungsnummer', 'CPF', 'PAN'],
  ],
  [
    'belief, origin, health or family',
    ['Religion', 'Gender', 'Sex', 'MaritalDesc', 'marital_status', 'Familienstand', 'RaceDesc'],
  ],
  ['pay', ['Salary 2024', 'Salary1', 'Salary Min', 'max_salary']],
  ['the day of birth', ['birth_country', 'DOB_text', 'Age Range']],
  ['a number of the state', ['Passport Expiry', 'TIN number', "Driver's Licence Number"]],
  ['belief, origin, health or family', ['Spouse', 'spouse_name', 'Religious belief', 'Health status']],
  ['a private address', ['Home Address Line 1', 'homePostalAddress']],
  ['a private address', ['Home Address', 'personal_email', 'Emergency Contact Phone', 'Privatadresse']],
])('%s: %s', (kind, names) => {
  expect(names.map((name) => [name, privateKind(name)])).toEqual(names.map((name) => [name, kind]))
})

test.each([
  ...['Comp', 'Primes', 'Plat', 'Salary Range', 'Line 1', 'Expiry', '2024', 'Health', 'P45'],
  ...[
    'Pay Grade',
    'salary_band',
    'Salary Level',
    'pay_type',
    'Payroll Area',
    'payroll_id',
    'Compensation Plan',
    'Pay Frequency',
  ],
  ...[
    'Account Number',
    'account_number',
    'AccountName',
    'account age',
    'PasswordAge',
    'Page',
    'Language',
    'Stage',
    'Manager',
  ],
  ...[
    'Essex',
    'Disabled',
    'Office Address',
    'City',
    'Email',
    'Work Email',
    'Phone',
    'Mobile',
    'Nationality',
    'Cost Center',
  ],
  ...[
    'Business Unit',
    'Union',
    'Hire Date',
    'Name',
    'Code',
    'Number',
    'Bank',
    'Bank Code List',
    'Rate',
    'Performance Rating',
  ],
  ...[
    'Lohnsteuer Gruppe',
    'Abteilung',
    'Kostenstelle',
    'Hauptverwaltung',
    'Tax Department',
    'Health Insurance Team',
    '',
  ],
  ...[
    'Resort Code',
    'Ressort-Code',
    'ressortcode',
    'Syntax Code',
    'International ID',
    'internationalId Number',
    'Connaissances',
    'Renaissance',
    'Learnings',
    'Job Family',
    'Birthright',
    'Agency Name',
    'Health Division',
    'Country of Origin',
  ],
])('%s is for all', (name) => {
  expect(privateKind(name)).toBeUndefined()
})
