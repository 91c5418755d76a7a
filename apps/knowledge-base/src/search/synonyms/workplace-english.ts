/** A general thesaurus of workplace English, as readSynonyms reads it. */
export const WORKPLACE_ENGLISH = `
# General thesaurus: words people ask with => words company documents use
# one direction:  asked, asked => document, document
# both directions: term, term, term

## Abbreviations and long forms
pto, paid time off
hr, human resources
nda, non-disclosure agreement, confidentiality agreement
2fa, two-factor authentication
mfa, multi-factor authentication
2fa, mfa
sso, single sign-on
vpn, virtual private network
okr, objectives key results
kpi, key performance indicator
sla, service level agreement
slo, service level objective
rfc, request for comments
rfp, request for proposal
eeo, equal employment opportunity, equal opportunity
fmla, family medical leave
401k, retirement plan
roi, return on investment
ceo, chief executive officer
cto, chief technology officer
cfo, chief financial officer
aws, amazon web services
gdpr, general data protection
pii, personally identifiable information
phi, protected health information
hipaa, health insurance portability
dpo, data protection officer
hsa, health savings account
fsa, flexible spending account
eap, employee assistance program
rsu, restricted stock unit
espp, employee stock purchase
ats, applicant tracking system
jd, job description
cv, resume, curriculum vitae
dei, diversity equity inclusion
erg, employee resource group
crm, customer relationship management
pip, on a pip => performance improvement plan
ada => americans with disabilities, reasonable accommodation
nps, net promoter score
csat, customer satisfaction
msa, master service agreement
sow, statement of work
eula, end user license
tos, terms of service
oss, open source software
adr, architecture decision record
qa, quality assurance
uat, user acceptance testing
ux, user experience
rca, root cause analysis
rto, recovery time objective
rpo, recovery point objective
i18n => internationalization
l10n => localization
seo, search engine optimization
mvp, minimum viable product
mdm, mobile device management
dlp, data loss prevention
rbac, role-based access control
iam, identity access management
sre, site reliability engineering
wfh, work from home, working from home
foia, freedom of information
osha, occupational safety
ppe, personal protective equipment
dsar, data subject request, subject access request
kb article => knowledge base
dri, directly responsible individual
gtm, go-to-market

## British and American words, spelling
holiday, vacation
annual leave, vacation, paid time off
public holiday, bank holiday, company holiday
redundancy, layoff
mobile phone, cell phone
fortnight, two weeks
payslip, pay stub, paycheck
pay rise, raise => salary increase, compensation review
notice period, notice of resignation
car park, parking
social security, national insurance
pension, retirement plan
organisation, organization
programme, program
behaviour, behavior
diary, calendar
creche, nursery, daycare => childcare
centre, center
solicitor, attorney, lawyer
petrol, gas money => mileage, fuel
rota, shift schedule, roster
probation, probationary period, introductory period
induction, new employee orientation

## Hiring, interviews, referrals
hire someone, new hire needed, get headcount => hiring process, recruiting, headcount, requisition
recruiting, recruitment, hiring
open role, open position, vacancy, job opening
apply for job, how to apply, job applicant => job application, hiring process, candidate
interview questions, interview tips => interview guide, structured interview, interviewing
interviewer, hiring panel => interview panel, interviewing
interview feedback, rate a candidate => scorecard, interview feedback, debrief
coding test, take-home test, homework assignment => technical interview, technical assessment, take-home exercise
phone interview, first interview => phone screen, screening call
recommend a friend, friend apply, refer someone => employee referral, referral program, referral bonus
finder bonus, reward for referring => referral bonus, referral program
criminal record, criminal history, past conviction => background check, screening
background check, pre-employment screening, background screening
offer letter, job offer, employment offer
turned down candidate, reject applicant => candidate rejection, rejection
hire relative, hire my brother, wife works here => nepotism, employment of relatives, conflict of interest
spouse, husband, wife => family member, relative, eligible dependents
move teams, switch teams, change teams => internal transfer, internal mobility
internal job, internal opening => internal transfer, internal mobility, job posting
visa, work permit, green card => immigration, work authorization, visa sponsorship
right to work, employment eligibility, i-9
student intern, placement student, become an intern => internship
student worker, summer job => internship, student employment
contractor, freelancer, independent contractor
temp, agency worker, temporary worker => temporary employee, contractor, contingent worker
rehired, work here again, former employee returns => rehire, reinstatement
headhunter, recruiting agency => recruiter, staffing agency, recruitment agency
unconscious bias, biased interview => unconscious bias, fair hiring, inclusive hiring
get hired, hire people => hiring process, recruitment, interview process

## Onboarding
first day, first week, just started => onboarding, new employee orientation, new hire
new employee, new hire, new starter, new joiner
getting started, starting out => onboarding, getting started
help newcomers, helps new hires => onboarding buddy, buddy, mentor
first three months, first 90 days => introductory period, probationary period, onboarding
set up laptop, set up computer => laptop setup, workstation setup, development environment
set up machine, local setup => development environment, local development
acknowledgement, acknowledgment
welcome gift, swag, t-shirt => swag, merchandise
last day, leaving soon => offboarding, exit interview, last day

## Employment contracts, confidentiality, non-compete, inventions
fired any time, fired without reason, fired without cause => at-will employment, employment at will
keep secret, keep quiet, not tell anyone => confidentiality, confidential information, non-disclosure
tell my friends, talk about clients => confidentiality, confidential information, non-disclosure
leaked documents, leak information, leaking information => unauthorized disclosure, confidential information
work for competitor, join rival, join competitor => non-compete, restrictive covenant
poach colleagues, take clients with, steal clients => non-solicitation, restrictive covenant
side job, side gig, second job, moonlight => outside employment, moonlighting, outside activities
moonlighting, outside employment, secondary employment
side project, own startup, hobby project => outside activities, side projects, intellectual property
freelance on side, consulting on side => outside employment, moonlighting, conflict of interest
who owns code, owns my code, own my invention => intellectual property, invention assignment, work for hire
invention, patent idea => inventions assignment, patents, intellectual property
changed address, changed name, moved house => employee information, employee records, personnel records
see my file, look at file => personnel file, employee records, access to records
proof of employment, employment letter => employment verification, reference letter
reference letter, letter of recommendation => references, employment verification

## Pay, raises, bonuses, equity, payroll, taxes
salary, wages, remuneration => compensation
salary band, pay scale, pay grade, salary range
how much earn, what others earn => compensation, salary, pay scale
raise, more money, pay increase => compensation review, salary increase, salary review
incentive pay, variable pay, performance bonus => bonus, variable compensation, incentive plan
sign-on bonus, signing bonus, joining bonus
sales bonus, commission => commission plan, sales compensation
underpaid, paid less, paid fairly => pay equity, compensation, salary bands
know others salaries, discuss salary => pay transparency, salary transparency, compensation
extra money, reward for performance => bonus, incentive, spot bonus
christmas bonus, year-end bonus, thirteenth month => annual bonus, bonus
stock, company shares, own shares => equity, stock options, equity compensation
stock options, share options
cash out shares, sell my shares, exercise options => stock options, insider trading, liquidity
vesting, vested, one-year cliff => vesting schedule, stock options, equity
options when leaving => post-termination exercise, stock options, vesting
payday, pay day => payroll, pay period, pay schedule
paid wrong, wrong paycheck, missing pay => payroll errors, payroll, pay corrections
money taken out, taken from paycheck => payroll deductions, withholding, garnishment
bank account, bank details => direct deposit, payroll
pay advance, early paycheck, borrow money => salary advance, pay advance, loans
extra hours, paid extra => overtime, overtime pay, compensatory time
comp time, compensatory time
hourly worker, salaried worker => exempt, non-exempt, employment classification
full-timer, part-timer, part time => part-time employee, employment classification, employment status
timecard, timesheet, time sheet, time tracking
clock in, punch in, log hours => timekeeping, timesheet, time tracking
cost of living, expensive city => cost of living, location-based pay, geographic pay
tax form, w-2, w-4 => payroll, tax withholding, tax forms

## Benefits, health, dental, retirement
perks, freebies => benefits, perks
health insurance, medical insurance, health coverage
signup for benefits, enroll in insurance => open enrollment, benefits enrollment
wellbeing, well-being, wellness program
health plan, medical plan => health insurance, medical insurance, benefits
healthcare, health care
see a doctor, doctor bill, hospital bill => health insurance, medical coverage
teeth, dentist => dental insurance, dental, benefits
glasses, eye doctor, contact lenses, eye exam => vision insurance, vision care, eye care
cover my kids, cover my spouse, insure family => eligible dependents, dependent coverage, health insurance
dependants, dependent coverage, eligible dependents
domestic partner, girlfriend, boyfriend, unmarried partner => domestic partner, eligible dependents
sign up insurance, change insurance => open enrollment, benefits enrollment, qualifying event
just married, getting married, new baby => qualifying life event, benefits enrollment
insurance after leaving, keep insurance => cobra, continuation of coverage
employee dies, life cover => life insurance, beneficiary, death benefit
cannot work anymore, long illness => disability insurance, long-term disability, short-term disability
therapist, therapy, counseling, psychologist => mental health, employee assistance program, counseling
stressed, burned out, burnt out, overwhelmed => mental health, burnout, wellbeing, employee assistance program
depressed, depression, anxiety => mental health, employee assistance program, wellbeing
gym, fitness class, yoga, exercise class => wellness program, fitness allowance, gym membership
save for retirement, when i retire, about to retire => retirement plan, 401k, pension
company match, matching contribution => employer match, 401k, retirement plan
bus pass, train pass, subway card => commuter benefits, transit
commuting, get to office => commuter benefits, commute, transportation
staff discount, discount for employees => employee discount
work anniversary, years of service => service award, anniversary, tenure
fertility, ivf, egg freezing => fertility benefits, family planning
adopt a child, adopting a child, foster child => adoption, adoption assistance, parental leave
babysitter, nanny, kids care => childcare, dependent care, childcare assistance
student loan, student debt => student loan repayment, tuition assistance
hurt at job, injured at office, accident at job => workers compensation, workplace injury, accident report
workers compensation, workmans comp, workplace injury
unemployment, dole => unemployment insurance, unemployment compensation

## Leaves of all kinds, holidays
days off, time away, take a break => paid time off, vacation, leave of absence
time off request, leave request, vacation request
unlimited vacation, unlimited pto, open vacation policy
unused vacation, leftover days, vacation left => carryover, rollover, accrued vacation, vacation payout
vacation days, vacation allowance => vacation entitlement, vacation accrual, paid time off
ask for vacation, book vacation => time off request, vacation request, requesting leave
carry over, carryover, roll over
earn vacation, build up days => accrual, accrued leave
sick, ill, flu, fever => sick leave, sick time, illness
sick leave, sick time, sick pay
caregiver leave, carer leave, family care leave
call in sick, calling out, feeling unwell => sick leave, reporting absence, call-in procedure
doctor note, sick note => medical certification, sick leave, medical certificate
sick kid, sick child, child ill => sick leave, dependent care, family leave, carer leave
sick parent, elderly parent, care for mother => family leave, caregiver leave, family medical leave
having a baby, pregnant, pregnancy, giving birth => parental leave, maternity leave, pregnancy
parental leave, maternity leave, paternity leave
new dad, new father, becoming a father => paternity leave, parental leave
new mom, new mother => maternity leave, parental leave
back from maternity, after the baby => return to work, parental leave
breastfeeding, breast pump, nursing mother => lactation, lactation accommodation, nursing mothers
miscarriage, pregnancy loss => bereavement leave, pregnancy loss, compassionate leave
death in family, funeral, grandmother died, someone died => bereavement leave, funeral leave, compassionate leave
bereavement leave, funeral leave, compassionate leave
jury, court summons, called to court => jury duty, civic duty leave, witness leave
jury service => jury duty
testify, witness in court => witness leave, jury duty, court appearance
army, national guard, army reserves, deployed soldier => military leave, uniformed services, reservist
voting, go vote, election day => voting leave, voting time
surgery, hospital stay, hospitalized => medical leave, sick leave, short-term disability
dentist appointment, doctor appointment => medical appointments, sick leave, time off
long break, months off, year off => sabbatical, leave of absence, extended leave
sabbatical, career break
unpaid leave, leave without pay, unpaid time off
donate organ, bone marrow, kidney => organ donation leave, donor leave
wedding, honeymoon, getting married => marriage leave, vacation
day to volunteer, paid to volunteer => volunteer time off, volunteer leave
domestic violence, abusive partner, stalked => domestic violence leave, victim leave, safe leave
donate blood, give blood => blood donation leave
give vacation days, donate days => leave donation, leave sharing
christmas, thanksgiving, new year, easter => company holidays, holiday schedule, office closure
ramadan, yom kippur, religious holiday => religious observance, floating holiday, religious accommodation
work on holiday, holiday shift => holiday pay, company holidays
birthday off, floating holiday => floating holiday, personal day
emergency at home, family emergency => emergency leave, personal leave, family leave
snow, blizzard, hurricane, bad weather => inclement weather, office closure, emergency closing
no show, skip shift, did not show => job abandonment, absenteeism, unexcused absence
missed shift, absent, out today => absence, attendance policy, absenteeism
covers for me, away message => out of office, handover
out of office, ooo, auto reply

## Working hours, remote, home office, relocation
start time, start and finish, nine to five => working hours, hours of work, core hours
arrive late, running late, oversleep, tardy => punctuality, attendance policy, tardiness
flexible schedule, flexible hours, flextime, flexitime
come in later, leave early, own schedule => flexible hours, flexible working, work schedule
fewer hours, four days week, shorter week => part-time, reduced hours, four-day week
lunch break, lunch hour, coffee break => meal breaks, rest breaks, break periods
wfh, remote work
remote work, telework, telecommuting
night shift, graveyard shift => shift work, shift differential
lonely, isolated at home => remote work, social connection, wellbeing
async, asynchronous communication
work from cafe, work from anywhere => remote work, working remotely, coworking
hybrid schedule, days in office, return to office => hybrid work, in-office days, remote work
work from abroad, work another country => working abroad, international remote work, remote work
desk chair, standing desk, monitor at home => home office, home office stipend, ergonomics, equipment
internet bill, wifi bill, home internet => internet reimbursement, home office stipend, expenses
coworking space, shared office, wework => coworking, coworking stipend
move cities, moving costs, moving expenses => relocation, relocation assistance
moving abroad, move country => international relocation, relocation
time zone, timezone, different time zones => time zones, asynchronous communication, core hours
weekend, saturday, sunday => weekend work, overtime, on-call
swap shifts, trade shifts => shift swap, shift change, scheduling
contacted after hours, emails at night => right to disconnect, after-hours communication, work-life balance
work life balance, overworked, too much overtime => work-life balance, sustainable pace, burnout

## Performance reviews, promotion, levels, feedback, improvement plans
performance rating, annual review, yearly review => performance review, performance evaluation, rating
performance review, performance appraisal, performance evaluation
self evaluation, self assessment, self-review
review by peers, peer review, 360 review => peer feedback, 360 feedback
promoted, get promoted, move up => promotion, career progression, career levels
career ladder, career path, career framework, career levels
job title, seniority, what level => job titles, career levels, job levels
become senior, senior engineer, junior engineer => career levels, engineering levels, promotion
become manager, first time manager => management track, new manager, leadership development
not manage people, stay technical => individual contributor, technical track, career ladder
boss, supervisor, line manager => manager, supervisor
direct report, subordinate, team member
chat with manager, talk with manager => one-on-one, 1:1, check-in
one-on-one, 1:1, one to one
quarterly goals, my goals, targets => goals, objectives, okr
career talk, future here => career development, growth plan, development plan
underperforming, bad performance, poor performer, not performing => performance improvement plan, performance management, underperformance
employee of month, shout out, say thanks => recognition, employee recognition, awards
praise, kudos => recognition, appreciation
replaces the ceo, successor => succession planning

## Discipline, termination, resignation, severance, layoffs
in trouble, punished, written up, got a warning => disciplinary action, progressive discipline, written warning
breaking rules, break the rules, violate policy => disciplinary action, policy violation, code of conduct
suspended from work, suspended without pay => suspension, administrative leave, disciplinary action
fired, sacked, let go, dismissed => termination of employment, dismissal, involuntary termination
fire someone, fire an employee => termination of employment, involuntary termination, dismissal
gross misconduct, serious misconduct => misconduct, immediate dismissal, summary dismissal
quit, quitting, resign, leave my job => resignation, voluntary termination, notice period
two weeks notice, how much notice => notice period, resignation
last paycheck, final paycheck, final pay => final pay, final paycheck, termination
severance package, severance pay, redundancy pay
leaving money, payout when leaving => severance pay, final pay
appeal a decision, unfair decision => appeal, grievance, dispute resolution
layoff, reduction in force, downsizing, retrenchment
laid off, job cuts, made redundant => layoff, reduction in force, redundancy
exit interview, leaving interview
return laptop, give back laptop, hand back keys => return of property, company property, offboarding
stop showing up, walked out, ghosted => job abandonment, resignation
demotion, demoted => demotion, reassignment
sue, lawsuit, take to court => arbitration, dispute resolution, litigation
union, organise workers => labor union, collective bargaining, union

## Conduct, harassment, discrimination, equal opportunity, accommodation
workplace rules, expected behavior, how to behave => code of conduct, standards of conduct
rude, jerk, mean colleague, toxic colleague => code of conduct, respectful workplace, conflict resolution
bully, bullied, bullying, yelled at => harassment, bullying, anti-harassment policy
groped, unwanted touching, flirting => sexual harassment, anti-harassment policy
creepy, inappropriate comment, dirty joke, sexist joke => sexual harassment, harassment, code of conduct
racist, racism, racist joke => discrimination, harassment, equal opportunity
treated unfairly, treated differently, unfair treatment => discrimination, equal opportunity, grievance
too old, because of age => age discrimination, equal opportunity, non-discrimination
skin color, ethnicity, religion, nationality => protected characteristics, non-discrimination, equal opportunity
gay, lesbian, queer, lgbt => sexual orientation, lgbtq, non-discrimination, inclusion
transgender, transitioning, gender transition => gender identity, gender transition, non-discrimination
pronouns, preferred name => pronouns, gender identity, inclusive language
gendered language, offensive words, saying guys => inclusive language, respectful language
wheelchair, deaf, disabled, disability => disability, reasonable accommodation, accessibility
americans with disabilities => disability, reasonable accommodation
reasonable accommodation, reasonable adjustment, disability accommodation
adhd, autism, dyslexia, autistic => neurodiversity, reasonable accommodation, disability
pray, prayer, headscarf, hijab => religious accommodation, reasonable accommodation, prayer room
service dog, guide dog, assistance animal => service animal, reasonable accommodation
diversity => diversity equity inclusion, inclusion
affinity group, resource group, employee network => employee resource group
women in tech, hire more women => diversity, inclusive hiring, diversity equity inclusion
complain about boss, complain about manager, report manager => grievance, open door policy, complaint procedure
complain to hr, problem with coworker => grievance, complaint procedure, conflict resolution
colleague, coworker, co-worker, teammate
argument with colleague, fight with coworker, disagreement => conflict resolution, disagreements, mediation
snitch, tell on someone, report someone => whistleblowing, reporting violations, reporting misconduct
anonymous tip, report anonymously => anonymous reporting, whistleblower, ethics hotline
whistleblower, whistleblowing, speak-up
who investigates, after a complaint => complaint investigation, investigation
get back at, punished for reporting, revenge => retaliation, non-retaliation, no retaliation
bribe, bribery, kickback => anti-bribery, anti-corruption, gifts
money laundering, dirty money => anti-money laundering, sanctions compliance
gift from client, accept a gift, free tickets, present from vendor => gifts and entertainment, gifts, conflict of interest
fraud, embezzle, stealing money => fraud, theft, misappropriation
falsify, forged, faked, lied => falsification, dishonesty, misconduct
steal, stolen supplies, theft at office => theft, company property, misconduct
insider trading, stock tip => insider trading, securities trading
dating coworker, date a colleague, office romance, sleep with boss => workplace relationships, personal relationships, fraternization, consensual relationships
what to wear, jeans, suit and tie => dress code, personal appearance, attire
tattoo, piercing, hair color => personal appearance, grooming, dress code
perfume, body odor, smell bad => personal hygiene, fragrance, personal appearance
drunk, beer, wine, drinking at office => alcohol, drug-free workplace, substance abuse
drug test, drug testing, drug screening
weed, marijuana, cannabis, high at office => drug-free workplace, substance abuse, drugs
addicted, addiction, rehab => substance abuse, employee assistance program, rehabilitation
smoking, cigarette, vaping, vape => smoke-free workplace, tobacco, smoking policy
gun, knife, firearm, pistol => weapons, weapons policy, workplace violence
threatened, hit someone, fistfight, violent coworker => workplace violence, threats, violence prevention
sell cookies, girl scout cookies, collect money => solicitation, fundraising
gambling, betting pool => gambling, misconduct
political opinion, talk politics, campaign donation => political activity, political contributions, political speech
run for office, lobbying, lobbyist => political activity, lobbying
porn, adult websites => acceptable use, internet use, inappropriate content
swearing, cursing, foul language => professional conduct, respectful communication, code of conduct
conference behavior, behave at events => code of conduct
office party, christmas party, company party => company events, social events, alcohol

## Safety, emergencies
dangerous, unsafe, hazard => workplace safety, hazard reporting, health and safety
slip and fall, got hurt, cut myself => accident report, injury reporting, first aid
defibrillator, bandage, paramedic => first aid, medical emergency
fire alarm, fire drill, building on fire => fire safety, emergency evacuation, evacuation plan
earthquake, flood, tornado => emergency preparedness, natural disaster, emergency procedures
active shooter, bomb threat => emergency procedures, workplace violence, lockdown
call an ambulance, emergency number => emergency contacts, emergency procedures
contagious, vaccine, infectious => communicable disease, infection control, vaccination
alone at night, working alone => lone working, personal safety
chemicals, spill => hazardous materials, hazard communication
back pain, wrist pain, sore neck => ergonomics, repetitive strain
covid, coronavirus, pandemic
text while driving, phone while driving => distracted driving, driving safety, vehicle use
car accident, crash company car => company vehicle, vehicle accident, driver safety

## Company identity
core values, company values, our values
why we exist, company purpose => mission, mission statement
long-term direction, company goals => vision, strategy, mission
company strategy, strategic plan
what we believe, our beliefs => values, principles, beliefs, manifesto
vibe here, like working here => culture, values, how we work
company started, who founded, beginnings => company history, founders, our story
where name comes, name come from => company history, our name
principles, guiding principles, operating principles
org chart, organization chart, organizational structure
big boss, person in charge, top management => leadership team, executive team, organizational structure
leadership team, executive team, senior management
report to whom, reporting line => organizational structure, reporting structure
is responsible for, whose responsibility => roles and responsibilities
job duties, job description, role description
board members, investors => board of directors, investors, governance
flat organization, no bosses, no managers => self-management, flat structure, holacracy
jargon, acronym, abbreviation, stands for => glossary, terminology, acronyms
who owns company, owns the company => shareholders, ownership structure, corporate structure
change the handbook, edit handbook, fix handbook => contributing, handbook updates, policy changes

## Travel and expenses, cards, procurement, invoices
business trip, work trip => business travel, travel policy
plane ticket, book flight, airfare, flights => travel booking, air travel, business travel
business class, first class, upgrade flight => air travel, travel policy, class of travel
hotel, airbnb, stay overnight => lodging, hotel, business travel
rental car, car rental, car hire
taxi, uber, cab, lyft => ground transportation, ride share, travel expenses
own car, drive my car, miles driven => mileage reimbursement, personal vehicle
money for food, meals on trip, dinner on trip => per diem, meals, travel expenses
per diem, daily allowance, meal allowance
paid back, get reimbursed, out of pocket => reimbursement, expense report, expense reimbursement
claim expenses, expense claim, submit receipts => expense report, reimbursement, receipts
lost receipt, missing receipt => receipts, expense report, missing receipt
company card, credit card, corporate card, purchasing card => corporate card, company credit card, purchasing card
spending limit, allowed to spend, can i spend => spending limits, approval limits, spending policy
buy something, order supplies, purchase stuff => purchasing, procurement, purchase request
who approves purchase, approve spending => purchase approval, approval authority, signature authority
buy software, new tool, subscribe to tool => software procurement, software purchase, vendor approval
new supplier, choose vendor => vendor selection, vendor management, vendor onboarding
vet a supplier, vendor risk => vendor security review, third-party risk, due diligence
bill a customer, send invoice => invoicing, billing, accounts receivable
pay a bill, pay supplier => accounts payable, vendor payments
supplier, vendor
client dinner, take client out => client entertainment, entertainment expenses, meals and entertainment
team dinner, team lunch => team meals, team events, expenses
family on trip, bring spouse => companion travel, spouse travel, business travel
frequent flyer, airline miles => frequent flyer, loyalty programs, travel policy
travel safety, sick abroad => travel insurance, travel safety, emergency assistance
pack for retreat, whole company meets => company retreat, offsite, summit

## Offices, keys, visitors, parking, pets, food
office key, door code, badge, keycard => building access, office access, access badge
lost badge, lost key => access badge, building access, physical security
lock up, alarm code, last to leave => office security, closing procedures
guest in office, bring a friend, bring visitor => visitors, visitor policy, guests
bring kids, bring my child => children in workplace, visitors
bring my dog, dog, puppy, office cat => pets in office, dog policy, animals
park my car, where to park, bike rack => parking
snacks, free food, coffee machine, fridge => kitchen, food and drinks, office amenities
dirty dishes, messy kitchen, clean up => kitchen, cleanliness, housekeeping
book a room, reserve room => meeting room booking, conference rooms, room reservation
too cold, broken light, broken toilet => facilities, building maintenance, office management
receive a package, parcel, receive mail => deliveries, shipping, mail
toilet, bathroom, restroom, washroom
where i sit, my desk, find a desk => desk booking, hot desking, workspace
meeting room, conference room
noisy office, loud music => noise, quiet space, office etiquette
office address, where is office => office locations, headquarters
security camera, cctv, video surveillance
pens, stationery => office supplies
trash, garbage, rubbish => recycling, waste

## Equipment, software, accounts, email, chat, phones
laptop broke, broken laptop, screen cracked, spilled coffee => equipment repair, hardware replacement, it support
new laptop, old laptop, slow computer => hardware refresh, equipment replacement, laptop
which laptop, mac or pc => equipment, hardware, laptop
keep my laptop, buy my laptop => equipment buyback, return of equipment
keyboard, headset, webcam => equipment, peripherals, hardware
personal phone, own laptop, own device => personal devices, byod, mobile devices
computer problem, tech problem, computer help => it support, help desk, service desk
help desk, service desk, it support
watch netflix, facebook at office, surf web, personal browsing => acceptable use, internet use, personal use
own phone bill, phone costs => mobile phone reimbursement, phone allowance, phone stipend
read my email, spy on me, watching me, monitor my computer => employee monitoring, workplace surveillance, electronic communications
install program, download software, install app => software installation, approved software, acceptable use
need an account, no access, cannot log in => access request, account provisioning, user accounts
locked out, forgot password, reset password => password reset, account recovery, passwords
email rules, email etiquette => email policy, email guidelines, electronic communications
schedule a meeting, book a meeting => meeting scheduling, calendar, meetings
chat app, instant messaging, slack => communication channels, slack, messaging
video call, zoom, camera on => video calls, remote meetings, video conferencing
share files, where save files, shared drive => file storage, document storage, shared drives
use chatgpt, ai tools, ai assistant => artificial intelligence policy, generative ai, ai usage
generative ai, artificial intelligence, llm
paste in chatgpt => generative ai, ai usage, confidential information
guest wifi, public wifi, cafe wifi => wireless network, vpn, network security
software license, license key => software licenses, license management

## Information security and privacy
hacked, hacker, account compromised, got breached => security incident, incident response, unauthorized access
security incident, security breach, security event
report security problem, found a hole => vulnerability disclosure, security reporting, responsible disclosure
security bug, security hole, cve => vulnerability, vulnerability management
security patch, security updates => patch management, vulnerability management
virus, ransomware, trojan => malware, endpoint protection, security incident
phishing, suspicious email, scam email, weird email => phishing, social engineering, security awareness
fake boss email, gift card scam => phishing, social engineering
clicked bad link, clicked a link => phishing, security incident, malware
lost laptop, stolen laptop, laptop stolen => lost or stolen, lost device, security incident
lost phone, stolen phone => lost or stolen, lost device, mobile devices
password rules, strong password, share password => password policy, passwords, password management
password vault, 1password, lastpass => password manager
encrypt disk, encrypted drive => disk encryption, encryption
usb stick, thumb drive, flash drive => removable media, portable storage
authenticator app, security key, yubikey => two-factor authentication, multi-factor authentication
lock my screen, leave computer open => screen lock, workstation security, clean desk
who has access, permissions, admin rights => access control, access management, least privilege, user access review
remove access, revoke access => deprovisioning, access revocation, offboarding
api key leaked, committed password, secret in code => secrets management, credential rotation, exposed credentials
security questionnaire, customer security questions => security questionnaire, security review, trust center
what data collected, tracking users, sell my data => privacy policy, data collection, personal data
delete my data, forget me, erase data => right to erasure, data deletion, data subject rights
cookie banner, tracking cookies => cookie policy, cookies
keep records, old files, how long kept => data retention, record retention, retention schedule
data breach, data leak, personal data breach
personal data, personal information
privacy policy, privacy notice, privacy statement
shred, throw away papers, dispose disk => data disposal, media disposal, secure destruction
sensitive data, secret documents, public or internal => data classification, confidential information, data handling
see customer data, production data => customer data access, data access, data handling
patient data, medical records => protected health information, hipaa, patient privacy
card numbers, payment card data => pci dss, cardholder data, payment card
police ask, law enforcement, government request => law enforcement requests, subpoena, government requests
worst risks, how risky => risk assessment, risk management

## Engineering
reviews my code, review my code, approve my pr => code review, reviewers, pull requests
pull request, merge request
pr size, big pr => pull requests, code review, small changes
coding style, code style, code formatting, indentation => style guide, coding standards, linting
push live, ship code, go live, put in production => deployment, release process, deploy to production
deploy on friday, deploy times => deployment, release schedule, change freeze
code freeze, change freeze, deployment freeze
undo deploy, bad deploy, revert release => rollback, revert, deployment
feature flag, feature toggle
version number, numbered versions => semantic versioning, versioning, releases
programming language, which framework => technology stack, technology choices
tech stack, technology stack
hotfix, urgent fix, emergency fix => hotfix, emergency change, release process
release notes, changelog
woken at night, paged at night, pager => on-call, alerting, escalation
paid for on-call, on-call money => on-call compensation, on-call
site down, website down, crashed, server down => outage, incident response, incident management
outage, downtime, service disruption
incident boss, lead an incident => incident commander, incident response, escalation
incident priority, how serious => severity levels, incident severity
postmortem, post-incident review, incident review
what went wrong, learn from failure, after the outage => postmortem, root cause analysis, incident review
blame, whose fault => blameless postmortem, blameless culture
made a mistake, broke production, screwed up => blameless, postmortem, incident response
status page, tell customers outage => status page, incident communication, customer communication
runbook, playbook, operating procedure
step by step => runbook, standard operating procedure
unit tests, automated tests, write tests => testing, automated testing, test coverage
build fails, broken build, pipeline red => continuous integration, ci pipeline
flaky test, tests fail randomly => flaky tests, test failures
ci/cd, continuous delivery, continuous deployment
staging, test environment, sandbox => staging environment, environments
branch name, main branch, feature branch => branching strategy, git workflow, version control
merge conflict, rebase, squash => git workflow, merging, rebasing
commit message, commit style => commit messages, git workflow
design doc, technical proposal, technical design => design document, rfc, technical specification
technical debt, tech debt, messy code => technical debt, refactoring
refactoring, code cleanup
write documentation, document code, readme => documentation, documentation guidelines, technical writing
too many requests, throttled => rate limits, rate limiting
endpoints, api docs => api reference, api documentation
api token, access token => api authentication, access tokens
change the schema, alter table, database change => database migrations, schema changes
restore data, lost data, deleted by accident => backup, restore, data recovery
data center burns, everything lost, worst case => disaster recovery, business continuity
disaster recovery, business continuity
slow site, page load, slow query => performance optimization, latency
notified of problems, alarms fire => monitoring, alerting
traffic spike, too many users => scaling, capacity planning, load testing
screen reader, color blind users => accessibility, wcag, assistive technology
browser support, old browser, internet explorer => browser support, supported browsers
bug report, issue report, defect report
which bugs first, urgent bugs => bug triage, prioritization, severity levels
error message, does not work => troubleshooting, known issues, error codes
retire feature, no longer supported => deprecation, end of life, sunset
newer version, upgrade => upgrade guide, migration, release notes
change management, change control
third party library, npm package, update library => dependencies, dependency management
pair programming, pairing, mob programming
definition of done, count as done => definition of done, acceptance criteria
estimate, how long takes, story points => estimation, story points
sprint, iteration => sprint, iteration, sprint planning
scrum, kanban => agile, sprint planning
standup, daily meeting, daily scrum => standup, daily standup, status update

## Product, design, research
what to build, next features, decide features => roadmap, prioritization, product planning
suggest feature, idea for product, feature request => feature request, product feedback, product ideas
prioritize, prioritise => prioritization, priorities
product manager, product owner
talk to users, ask customers => user research, user interviews, customer interviews
participant reward, pay participants => research incentives, participant recruitment
agree to research => informed consent, research participants
mockup, wireframe, prototype => prototyping, wireframes, design process
ab test, split test => a/b testing, experimentation
launch product, release feature => product launch, launch checklist, feature release
beta testers, try early => beta program, early access
design feedback, show designs => design review, design critique
hackathon, hack day, hack week, innovation time

## Support, refunds, complaints
customer support, customer service, helpdesk
angry customer, upset client, rude customer => customer complaints, difficult customers, escalation
customer complaint, client complaint => complaint handling, complaints, escalation
money back, want refund, refund => refund policy, refunds
send back item, return product => returns, return policy
warranty, guarantee, broken product => warranty, returns
cancel subscription, cancel account, stop paying => cancellation, subscription, account closure
customer cannot pay, unpaid invoice, late payment => overdue invoices, collections, dunning
answer how fast, how quickly reply => response time, service level agreement
reply template, canned reply => macros, saved replies, response templates
support hours, when support open => support hours, support coverage, business hours
customers leaving, lose customers => churn, retention, customer retention
charged twice, wrong charge, disputed charge => billing disputes, chargebacks, refunds

## Sales, contracts, pricing, partnerships
price list, product price, subscription price => pricing, price plans
give discount, cheaper, lower price => discounts, discount approval, pricing
nonprofit discount, student discount => discounts, nonprofit pricing, education pricing
free trial, try for free => free trial, trial period
who signs contract, sign a contract, sign for company => signing authority, contract approval, authorized signatory
bid, tender => proposal, request for proposal
become a partner, reseller, affiliate => partnerships, partner program, resellers
potential customer, prospect, sales lead
close a deal, win deals => sales process, sales pipeline
price quote, price estimate => quotation, proposal, quote
handoff, handover
refuse client, turn down client, clients we reject => client selection, client acceptance, ethical clients
client kickoff, first client meeting => project kickoff, client onboarding
billable, bill hours => billable hours, utilization, time tracking
between projects, no client project => bench time, unassigned time, utilization

## Marketing, brand, press, social media
logo, brand colors, our colors, font => brand guidelines, logo usage, typography, visual identity
use company name, use our logo => trademark, brand guidelines, logo usage
slides, powerpoint, presentation template => presentation templates, slide deck, brand assets
journalist, newspaper, tv called => media inquiries, press, media relations, spokesperson
talk to press, speak for company => spokesperson, media inquiries, media policy
press release, news announcement
twitter, facebook, instagram, linkedin, tiktok => social media, social media policy
tweet, post online, post about job => social media policy, social media guidelines
write blog, blog post, company blog => blog, blogging guidelines
newsletter, email campaign => email marketing, newsletter
bad press, scandal, pr crisis => crisis communication, reputation
public relations, media relations
who we sell, target customer => target market, ideal customer profile, personas
happy customer, success story => case study, testimonial
photos of staff, pictures of employees => photography, photo release
bad review online, glassdoor => online reviews, employer brand

## Finance, budgets, accounting, audits
annual budget, yearly budget => budget, budgeting, financial planning
company profit, company finances => financial statements, financial results
audited, auditor visit => internal audit, external audit
close the books, month end => month-end close, financial close, accounting
funding, raised money, venture capital => fundraising, investors, funding
grant money, apply for grant => grants, grant management
cost saving, spend less, frugal => cost control, frugality, spending
donation to organisation, donor => donations, gift acceptance

## Legal, copyright, licensing, open source
legal help, ask a lawyer => legal department, general counsel, legal review
copy from internet, use photo online, stock photo => copyright, image licensing, fair use
terms of service, terms of use, terms and conditions
keep emails lawsuit, preserve evidence => legal hold, litigation hold
takedown, stolen content => dmca, copyright infringement
publish code, share code publicly, open sourcing => open source, open source policy
contribute to oss, contribute upstream => open source contributions, contributing
how to contribute, send a patch => contributing, contribution guidelines
gpl, mit license, which license => open source licensing, license
export rules, sanctioned country => export control, sanctions
antitrust, price fixing, competition law
liability, who is liable => liability, indemnification
slavery, child labor, forced labor => modern slavery, human rights, labor standards

## Learning, conferences, training, books, mentoring
learn new skills, take a course, online course => professional development, learning, training
training budget, learning budget, education budget
pay for course, pay for school, college, masters degree => tuition reimbursement, education assistance, professional development
attend conference, go to conference, conference ticket => conferences, conference attendance, professional development
give a talk, speak at conference => speaking engagements, public speaking, conferences
buy books, free books, kindle => book budget, professional development
reading list, recommended books, recommended reading
get certified, certification exam => certifications, professional certification, training
tuition reimbursement, education assistance, tuition assistance
mentor, mentoring, mentorship
professional development, learning and development, continuing education
mandatory training, required course => mandatory training, compliance training
lunch talk, internal talk => lunch and learn, brown bag, tech talks
friday project, time for learning => learning time, 20% time, innovation time

## Communication, writing, decisions, meetings, retrospectives
writing style, tone of voice, style guide => writing style, voice and tone, content guidelines
spelling, grammar, oxford comma, capitalization => style guide, writing style, grammar
date format, write dates, write numbers => style guide, numbers and dates
plain language, plain english, clear writing
write well, writing tips => writing guidelines, writing style, effective writing
which channel, email or slack, how to reach => communication channels, communication guidelines
give feedback, criticize colleague, tell him off => giving feedback, feedback, constructive feedback
take criticism, receive feedback => receiving feedback, feedback
hard talk, difficult talk => difficult conversations, feedback, crucial conversations
radical candor, honest feedback => candor, feedback
who decides, final say, make decisions => decision making, decision-making process
everyone agrees, majority vote => consensus, decision making
disagree with boss, disagree => disagree and commit, disagreements, escalation
too many meetings, useless meeting, skip meeting => meetings, meeting guidelines, effective meetings
meeting notes, who takes notes => meeting notes, agenda, note taking
whole company meeting, everyone meets => all-hands, town hall, company meeting
recurring meetings, rituals => meeting cadence, team meetings
all-hands, town hall
decide myself, micromanaged => autonomy, delegation
hide things => transparency
suggestion box, suggest improvement => suggestions, continuous improvement
facilitator, run a meeting, lead a workshop => facilitation, facilitating meetings
retro, look back sprint => retrospective, lessons learned
no interruptions, deep focus, concentrate => focus time, deep work, interruptions
ask for help, stuck => asking for help, getting help, asking questions
dumb question, afraid to ask => asking questions, psychological safety
bad news, tell my boss => open door policy, raising concerns
raise concern, speak up => raising concerns, open door policy, speak up
weekly update, what others doing => status updates, weekly update, check-ins
happy at work, morale => employee engagement, employee satisfaction
team building, fun together => team building, social events, team activities
celebrate birthday, birthday => celebrations, birthdays
ask employees opinion => employee survey, feedback

## Community, volunteering, charity, sustainability
volunteer, volunteering, help charity => volunteering, volunteer time off, community service
charity, donate, give to charity => charitable giving, donation matching, philanthropy
social responsibility, corporate social responsibility
climate change, going green, environmental impact => sustainability, environmental policy, carbon footprint
pro bono, volunteer services
community guidelines, community rules
moderator, forum rules => moderation, community guidelines
banned from community, ban a user => moderation, code of conduct

## Government and public sector, records
government employee, civil servant, federal employee, public servant
security clearance, secret clearance => security clearance, background investigation, public trust
public records, open records, freedom of information
hatch act, campaign on duty => political activity, hatch act
contracting officer, government contract => procurement, acquisition, federal contracting
ethics form, disclose finances => financial disclosure, ethics
government shutdown, furlough
residency, live in city => residency requirement
city council, mayor => elected officials, governing body
records law, government records => public records, records management
public meeting, open meetings
approval to launch, ato => authority to operate, security authorization
`
