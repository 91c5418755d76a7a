export const FIRST_NAMES = words(`
  Aaliyah Adam Aisha Alejandro Alice Amara Amelia Amir Ana Anders Andre Anika Anna Antonio Arjun Astrid Ava
  Beatriz Ben Bianca Boris Camila Carlos Caroline Chen Chiara Chloe Claire Daniel David Deepa Diego Dmitri
  Elena Eli Elif Emma Emeka Erik Esther Ethan Eva Fatima Felix Fiona Francesca Gabriel George Grace Hana
  Hannah Haruto Hassan Helena Henrik Hugo Ibrahim Ines Ingrid Irina Isabel Ivan Jack Jamal James Jana Jasmine
  Joao Jonas Julia Kamil Karim Katarzyna Kenji Kofi Lars Laura Layla Leila Leo Liam Lin Linh Lucas Lucia
  Magnus Maja Malik Manuel Marek Maria Marta Mateo Maya Mei Mia Miguel Mila Milan Mina Mohamed Nadia Nadine
  Naomi Nathan Nia Niklas Nina Noah Nora Oliver Olivia Omar Oscar Paul Paula Pedro Petra Priya Rachel Rafael
  Rania Ravi Rosa Ruth Sakura Samir Samuel Sanjay Sara Sebastian Selma Sofia Stefan Susan Tariq Teresa Theo
  Thomas Tomas Uma Valentina Victor Wei William Xavier Yara Yasmin Yuki Yusuf Zainab Zoe`)

export const LAST_NAMES = words(`
  Abbas Adeyemi Ahmed Almeida Andersen Andersson Bakker Banerjee Barbosa Becker Berg Bianchi Blanc Boateng
  Brown Campbell Cardoso Carter Castro Chan Chandra Chen Clark Cohen Conti Costa Cruz Dahl Das Davies Delgado
  Diallo Diaz Dubois Edwards Eriksen Evans Farah Fernandes Ferrari Fischer Flores Fontaine Foster Fujita
  Garcia Ghosh Gomez Gonzalez Green Gupta Haddad Hall Hansen Hassan Hoffmann Horvat Hughes Ito Ivanov Jackson
  Jansen Janssen Jensen Johansson Johnson Jones Joshi Kaur Kaya Keller Khan Kim King Klein Kovacs Kowalski
  Kumar Larsen Laurent Lee Lehmann Lewis Li Lindberg Lopez Marino Marques Martin Martinez Mbeki Mehta Meyer
  Mitchell Moreau Moretti Morgan Morris Mueller Murphy Nakamura Ndiaye Neumann Nguyen Nielsen Novak Nowak
  Okafor Oliveira Olsen Osei Ozturk Park Patel Pereira Petrov Popescu Ramos Rao Reid Reyes Ricci Richter
  Roberts Robinson Rodriguez Romano Rossi Roy Ruiz Russo Salem Sanchez Santos Sato Schmidt Schneider Schulz
  Scott Shah Sharma Silva Singh Smith Soto Suzuki Svensson Tanaka Taylor Thompson Torres Tran Turner Vega
  Virtanen Vogel Wagner Walker Wang Ward Watson Weber White Williams Wilson Wolf Wong Wood Wright Yamamoto
  Yilmaz Young Zhang Zimmermann`)

function words(text: string): [string, ...string[]] {
  const [first = '', ...rest] = text.trim().split(/\s+/)
  return [first, ...rest]
}
