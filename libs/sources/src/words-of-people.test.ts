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
  ['Numer pracownika,Imię i nazwisko,Dział,Stanowisko,Rodzaj umowy,Lokalizacja,Data zatrudnienia'],
  ['Número de empleado,Nombre completo,Departamento,Puesto,Tipo de contrato,Centro,Fecha de alta'],
  ['Employee ID,Name,Department,Job Title,Contract Type,Site,Start Date'],
])('%s: contract, place of work and first day have the same names in every language', async (header) => {
  const { files, faults } = await load([bytesFile('staff.csv', `${header}\n7,Ana,IT,Dev,permanent,Kiel,2020-02-01\n`)])
  expect(faults).toEqual([])
  const [names = '', row = ''] = (files['identities.csv'] ?? '').trim().split('\n')
  const cells = row.split(',')
  const person = Object.fromEntries(names.split(',').map((name, at) => [name, cells[at]]))
  expect(person).toMatchObject({ id: '7', employment_type: 'permanent', location: 'Kiel', hire_date: '2020-02-01' })
})

test('a second place of work, or first day, is an attribute with its own name', async () => {
  const { files } = await load([
    bytesFile(
      'staff.csv',
      'Employee ID,Name,Department,Location,Site,Hire Date,Start Date\n7,Ana,IT,Kiel,North,2020-02-01,2021-03-01\n',
    ),
  ])
  const [names = '', row = ''] = (files['identities.csv'] ?? '').trim().split('\n')
  const cells = row.split(',')
  const person = Object.fromEntries(names.split(',').map((name, at) => [name, cells[at]]))
  expect(person).toMatchObject({
    location: 'Kiel',
    Site: 'North',
    hire_date: '2020-02-01',
    'Start Date': '2021-03-01',
  })
})

test('the number that the employer gives is the id of a person, before the id that a product gives her', async () => {
  const rows = 'Identity ID,Display Name,Employee Number,Department\n2c91,Ana,1001,IT\n'
  expect((await load([bytesFile('staff.csv', rows)])).people).toEqual({ enabled: ['1001'] })
  const own = rows.replace('Employee Number', 'Floor')
  expect((await load([bytesFile('staff.csv', own)])).people).toEqual({ enabled: ['2c91'] })
})

test('people with no other number than that of the state', async () => {
  const { people, sources } = await load([
    bytesFile(
      'pessoas.csv',
      'CPF;Nome;Cargo;Departamento;Status\n111.222.333-44;Ana;Analista;TI;Ativo\n555.666.777-88;Bo;Gerente;RH;Demitido\n',
    ),
  ])
  expect(Object.keys(sources)).toEqual(['people'])
  expect(people).toEqual({ enabled: ['111.222.333-44'], disabled: ['555.666.777-88'] })
})

test.each([
  ['matrícula;CPF;nome;cargo;departamento\n7;111.222.333-44;Ana;Analista;TI\n', '7'],
  ['CPF;Nome;Email;Departamento\n111.222.333-44;Ana;ana@x.test;TI\n', 'ana@x.test'],
])('a number of the firm or a mail address says more than one of the state: %j', async (text, id) => {
  expect((await load([bytesFile('pessoas.csv', text)])).people).toEqual({ enabled: [id] })
})

test('logins in German beside names and departments', async () => {
  const text = 'benutzername;vorname;nachname;abteilung\nana;Ana;Abt;IT\n'
  expect((await load([bytesFile('konten.csv', text)])).people).toEqual({ enabled: ['ana'] })
})

test.each([
  ['DNI;Nombre;Usuario;Departamento\n1A;Ana;anaabt;TI\n', 'anaabt'],
  ['Codice fiscale;Nome;Cognome;Nome utente;Reparto\nX1;Ana;Abt;anaabt;TI\n', 'anaabt'],
  ['Chapa;CPF;Nome;Cargo;Departamento\n7;111.222.333-44;Ana;Analista;TI\n', '7'],
])('a login or a number of the firm in another language says more than a number of the state: %j', async (text, id) => {
  expect((await load([bytesFile('hr.csv', text)])).people).toEqual({ enabled: [id] })
})
