import { expect, test } from 'vitest'
import { bytesFile, load } from './testing-load.ts'

test.each([
  ['Employee ID,Name,Department,Job Title,Contract Type,Location,Hire Date'],
  ['Personalnummer,Name,Abteilung,Stelle,Vertragsart,Standort,Eintrittsdatum'],
  ['Matricule,Nom complet,Service,Poste,Type de contrat,Lieu de travail,Date d’embauche'.replace('’', "'")],
  ['Número de empleado,Nombre completo,Departamento,Puesto,Tipo de contrato,Ubicación,Fecha de ingreso'],
  ['Matrícula,Nome completo,Departamento,Cargo,Tipo de contrato,Localização,Data de admissão'],
  ['Matricola,Nominativo,Reparto,Mansione,Tipo contratto,Sede di lavoro,Data di assunzione'],
  ['Personeelsnummer,Naam,Afdeling,Functie,Dienstverband,Locatie,Datum in dienst'],
])('%s: contract, place of work and first day have the same names in every language', async (header) => {
  const { files, faults } = await load([bytesFile('staff.csv', `${header}\n7,Ana,IT,Dev,permanent,Kiel,2020-02-01\n`)])
  expect(faults).toEqual([])
  const [names = '', row = ''] = (files['identities.csv'] ?? '').trim().split('\n')
  const cells = row.split(',')
  const person = Object.fromEntries(names.split(',').map((name, at) => [name, cells[at]]))
  expect(person).toMatchObject({ id: '7', employment_type: 'permanent', location: 'Kiel', hire_date: '2020-02-01' })
})

test('the number that the employer gives is the id of a person, before the id that a product gives her', async () => {
  const rows = 'Identity ID,Display Name,Employee Number,Department\n2c91,Ana,1001,IT\n'
  expect((await load([bytesFile('staff.csv', rows)])).people).toEqual({ enabled: ['1001'] })
  const own = rows.replace('Employee Number', 'Floor')
  expect((await load([bytesFile('staff.csv', own)])).people).toEqual({ enabled: ['2c91'] })
})
