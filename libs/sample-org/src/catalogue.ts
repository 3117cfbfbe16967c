/** An application and the kinds of resources of its entitlements. */
export interface ApplicationKind {
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly resources: readonly string[]
  readonly levels: readonly string[]
}

export interface DepartmentKind {
  readonly name: string
  readonly weight: number
  /** The titles with their relative frequency, the most frequent first. */
  readonly titles: readonly (readonly [name: string, weight: number])[]
  /** The ids of the applications with the department's access. */
  readonly applications: readonly string[]
}

function application(
  id: string,
  displayName: string,
  description: string,
  resources: string,
  levels: string,
): ApplicationKind {
  return { id, displayName, description, resources: resources.split(', '), levels: levels.split(', ') }
}

const documentLevels = 'Reader, Editor, Owner'
const operateLevels = 'Viewer, Operator, Admin'
const financeLevels = 'Viewer, Preparer, Approver'

export const applicationKinds: readonly ApplicationKind[] = [
  application('directory', 'Directory', 'Groups and accounts of the organisation', 'Group', 'Member, Owner'),
  application(
    'mail',
    'Mail and Calendar',
    'Mailboxes and calendars',
    'Mailbox, Calendar, Mailing List',
    'User, Delegate',
  ),
  application('chat', 'Team Chat', 'Channels and calls', 'Channel, Workspace', 'Member, Moderator'),
  application('wiki', 'Wiki', 'Pages and decisions', 'Space, Template Library', documentLevels),
  application('files', 'File Shares', 'Shared folders', 'Folder, Archive, Drop Box', documentLevels),
  application('remote-access', 'Remote Access', 'VPN profiles', 'VPN Profile, Jump Host', 'User, Admin'),
  application('buildings', 'Building Access', 'Doors, lockers and parking', 'Door, Car Park, Locker Room', 'Access'),
  application('printing', 'Printing', 'Printers and scanners', 'Print Queue, Scanner', 'User, Operator'),
  application('expenses', 'Travel and Expenses', 'Claims and trips', 'Claims, Trips, Cards', financeLevels),
  application('learning', 'Learning', 'Courses and certificates', 'Course Catalogue, Certificates', 'Learner, Author'),
  application('people', 'People Suite', 'Personnel records', 'Records, Reviews, Absences', 'Viewer, Editor, Approver'),
  application(
    'source-control',
    'Source Control',
    'Repositories',
    'Repository, Package Registry',
    'Reader, Contributor, Maintainer',
  ),
  application('pipeline', 'Build Pipeline', 'Builds and releases', 'Pipeline, Runner Pool, Release', operateLevels),
  application('issues', 'Issue Tracker', 'Boards and tickets', 'Board, Backlog, Workflow', 'Reader, Contributor, Lead'),
  application('cloud', 'Cloud Console', 'Accounts and clusters', 'Account, Cluster, Bucket', operateLevels),
  application('monitoring', 'Monitoring', 'Dashboards and alerts', 'Dashboard, Alert Policy', operateLevels),
  application('secrets', 'Secrets Vault', 'Credentials of systems', 'Vault Path, Key Ring', 'Reader, Writer, Admin'),
  application(
    'warehouse',
    'Data Warehouse',
    'Analytical data',
    'Schema, Data Mart, Query Pool',
    'Reader, Writer, Steward',
  ),
  application('notebooks', 'Notebooks', 'Analyses and models', 'Workspace, Model Registry', documentLevels),
  application(
    'crm',
    'Customer Relations',
    'Accounts and opportunities',
    'Accounts, Pipeline, Forecast',
    'Viewer, Editor, Manager',
  ),
  application('quotes', 'Quotes and Contracts', 'Offers to customers', 'Price Book, Quote, Contract', financeLevels),
  application('marketing', 'Campaigns', 'Audiences and mailings', 'Campaign, Audience, Asset Library', documentLevels),
  application(
    'support',
    'Support Desk',
    'Cases of customers',
    'Case Queue, Macro Set, Knowledge Base',
    'Agent, Lead, Admin',
  ),
  application('telephony', 'Contact Centre', 'Calls and recordings', 'Call Queue, Recording', 'Agent, Supervisor'),
  application('ledger', 'Finance Ledger', 'Books of account', 'General Ledger, Payables, Receivables', financeLevels),
  application('treasury', 'Treasury', 'Bank accounts and payments', 'Payment Run, Bank Account', financeLevels),
  application('procurement', 'Procurement', 'Suppliers and orders', 'Purchase Order, Supplier Record', financeLevels),
  application(
    'recruiting',
    'Recruiting',
    'Openings and applicants',
    'Opening, Applicant Pool',
    'Viewer, Recruiter, Approver',
  ),
  application('payroll', 'Payroll', 'Pay runs', 'Pay Run, Bonus Sheet', financeLevels),
  application('legal', 'Matter Archive', 'Contracts and cases', 'Matter, Clause Library, Legal Hold', documentLevels),
  application('risk', 'Risk Register', 'Controls and findings', 'Control Set, Finding, Audit Plan', documentLevels),
  application('design', 'Design Studio', 'Drawings and prototypes', 'Design Library, Prototype', documentLevels),
  application('roadmap', 'Roadmap', 'Plans of products', 'Plan, Feedback Inbox', documentLevels),
  application('plant', 'Plant Control', 'Lines and batches', 'Line, Batch Record, Recipe', operateLevels),
  application(
    'quality',
    'Quality Records',
    'Inspections and deviations',
    'Inspection, Deviation',
    'Viewer, Inspector, Approver',
  ),
  application('logistics', 'Warehouse and Freight', 'Stock and shipments', 'Stock Location, Shipment', operateLevels),
  application('laboratory', 'Laboratory', 'Samples and studies', 'Study, Sample Store', 'Viewer, Analyst, Approver'),
  application(
    'service-desk',
    'Service Desk',
    'Requests of colleagues',
    'Request Queue, Asset Register',
    'Agent, Lead, Admin',
  ),
]

function department(name: string, weight: number, titles: string, applications: string): DepartmentKind {
  const weighted = titles.split('; ').map((title, rank) => [title, 1 / (rank + 1.5)] as const)
  return { name, weight, titles: weighted, applications: applications.split(' ') }
}

export const departmentKinds: readonly DepartmentKind[] = [
  department(
    'Engineering',
    20,
    'Software Engineer; Senior Software Engineer; Test Engineer; Site Reliability Engineer; Mobile Engineer; Staff Engineer; Security Engineer',
    'source-control pipeline issues cloud monitoring secrets',
  ),
  department(
    'Sales',
    14,
    'Account Executive; Sales Development Representative; Sales Engineer; Account Manager; Channel Manager; Deal Desk Analyst',
    'crm quotes telephony files',
  ),
  department(
    'Customer Support',
    12,
    'Support Specialist; Senior Support Specialist; Technical Support Engineer; Escalation Lead; Knowledge Editor',
    'support telephony issues wiki',
  ),
  department(
    'Operations',
    11,
    'Operations Specialist; Production Planner; Shift Supervisor; Process Engineer; Quality Inspector',
    'plant quality logistics files',
  ),
  department(
    'Finance',
    8,
    'Accountant; Financial Analyst; Accounts Payable Clerk; Controller; Tax Specialist; Treasury Analyst',
    'ledger treasury procurement expenses warehouse',
  ),
  department(
    'Marketing',
    8,
    'Marketing Specialist; Content Editor; Campaign Manager; Brand Designer; Events Planner',
    'marketing crm design files',
  ),
  department(
    'Information Technology',
    8,
    'Systems Administrator; Service Desk Analyst; Network Engineer; Database Administrator; Endpoint Engineer',
    'service-desk cloud monitoring secrets remote-access',
  ),
  department(
    'Human Resources',
    5,
    'People Partner; Recruiter; Payroll Specialist; Benefits Specialist; Learning Designer',
    'people recruiting payroll learning',
  ),
  department(
    'Product',
    6,
    'Product Manager; Product Designer; User Researcher; Technical Writer',
    'roadmap design issues notebooks',
  ),
  department(
    'Data and Analytics',
    6,
    'Data Analyst; Data Engineer; Data Scientist; Analytics Engineer',
    'warehouse notebooks pipeline monitoring',
  ),
  department(
    'Research & Development',
    7,
    'Research Scientist; Laboratory Technician; Study Coordinator; Principal Scientist',
    'laboratory notebooks files quality',
  ),
  department(
    'Supply Chain',
    7,
    'Logistics Coordinator; Buyer; Demand Planner; Warehouse Operator',
    'logistics procurement plant ledger',
  ),
  department('Legal', 3, 'Counsel; Paralegal; Contract Manager; Counsel, Privacy', 'legal quotes risk files'),
  department(
    'Risk and Compliance',
    4,
    'Compliance Analyst; Internal Auditor; Risk Analyst; Controls Tester',
    'risk warehouse legal ledger',
  ),
  department(
    'Facilities',
    3,
    'Facilities Technician; Receptionist; Space Planner; Safety Officer',
    'buildings service-desk procurement printing',
  ),
  department(
    'Professional Services',
    7,
    'Consultant; Senior Consultant; Solution Architect; Delivery Lead',
    'crm issues cloud files',
  ),
]

/** A large organisation has each department once in each of several divisions. */
export const divisions: readonly string[] = [
  'Core',
  'Payments',
  'Health',
  'Energy',
  'Mobility',
  'Public Sector',
  'Retail',
  'Industrial',
  'Insurance',
  'Media',
]

export const locations: readonly string[] = [
  'Berlin',
  'New York',
  'London',
  'Bengaluru',
  'Singapore',
  'São Paulo',
  'Toronto',
  'Warsaw',
  'Sydney',
  'Nairobi',
  'Madrid',
  'Austin',
  'Tokyo',
  'Dublin',
  'Zürich',
  'Cape Town',
  'Mexico City',
  'Stockholm',
  'Chicago',
  'Lisbon',
  'Seoul',
  'Dubai',
  'Vienna',
  'Prague',
  'Montréal',
  'Hyderabad',
  'Denver',
  'Kraków',
  'Melbourne',
  'Accra',
]

export const managementTitles = { head: 'Vice President', director: 'Director', manager: 'Manager' } as const
