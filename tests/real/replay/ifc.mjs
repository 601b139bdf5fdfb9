// Models in STEP files and their strings, some of which web-ifc refuses by throwing: node ifc.mjs PACKAGE
import {createRequire} from 'node:module';

const {IfcAPI, LogLevel} = createRequire(import.meta.url)(`${process.argv[2]}/web-ifc-api-node.js`);
const api = new IfcAPI();
await api.Init();
api.SetLogLevel(LogLevel.LOG_LEVEL_OFF);
const step = lines => new TextEncoder().encode(`ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('ViewDefinition [CoordinationView]'),'2;1');
FILE_NAME('a.ifc','2020-01-01T00:00:00',(''),(''),'','','');
FILE_SCHEMA(('IFC2X3'));
ENDSEC;
DATA;
${lines.join('\n')}
ENDSEC;
END-ISO-10303-21;
`);
const point = (n, ...xyz) => `#${n}=IFCCARTESIANPOINT((${xyz.map(x => x.toFixed(3)).join(',')}));`;
const square = [
  point(1, 0, 0, 0), '#2=IFCDIRECTION((0.,0.,1.));', '#3=IFCDIRECTION((1.,0.,0.));', '#4=IFCAXIS2PLACEMENT3D(#1,#2,#3);',
  '#5=IFCGEOMETRICREPRESENTATIONCONTEXT($,\'Model\',3,1.E-5,#4,$);',
  '#6=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);', '#7=IFCUNITASSIGNMENT((#6));',
  '#8=IFCPROJECT(\'0YvctVUKr0kugbFTf53O9L\',$,\'Caf\\X\\E9\',$,$,$,$,(#5),#7);',
  '#9=IFCCARTESIANPOINT((0.,0.));', '#10=IFCDIRECTION((1.,0.));', '#11=IFCAXIS2PLACEMENT2D(#9,#10);',
  '#12=IFCRECTANGLEPROFILEDEF(.AREA.,$,#11,4.,0.3);', '#13=IFCEXTRUDEDAREASOLID(#12,#4,#2,2.5);',
  '#14=IFCSHAPEREPRESENTATION(#5,\'Body\',\'SweptSolid\',(#13));', '#15=IFCPRODUCTDEFINITIONSHAPE($,$,(#14));',
  '#16=IFCLOCALPLACEMENT($,#4);',
  '#17=IFCWALL(\'1YvctVUKr0kugbFTf53O9L\',$,\'A wall\',$,$,#16,#15,$);'];
const models = [
  square, ['#1=IFCPERSON($,$,\'\\X2\\D8340041\\X0\\\',$,$,$,$,$);'], ['#1=IFCPERSON($,$,\'\\X4\\FFFFFFFF\\X0\\'],
  square.map(line => line.replace('IFCRECTANGLEPROFILEDEF(.AREA.,$,#11,4.,0.3)', 'IFCCARTESIANPOINT((1.E999,x))'))];
const said = [];
function attempt(what, f) {
  try {
    said.push(what, JSON.stringify(f()));
  } catch (e) {
    said.push(what, String(e));
  }
}
for (const [k, lines] of models.entries()) {
  const id = api.OpenModel(step(lines), {TAPE_SIZE: 65536});
  attempt(`${k}: lines`, () => [...Array(lines.length + 2).keys()].map(n => n ? api.GetLine(id, n) : null));
  attempt(`${k}: geometry`, () => {
    let numbers = 0;
    api.StreamAllMeshes(id, ({geometries}) => {
      for (let i = 0; i < geometries.size(); i++)
        numbers += api.GetGeometry(id, geometries.get(i).geometryExpressID).GetVertexDataSize();
    });
    return numbers;
  });
  attempt(`${k}: saved`, () => api.SaveModel(id).length);
  attempt(`${k}: closed`, () => api.CloseModel(id));
}
for (const text of ['plain', 'caf\u00e9 \u{1d11e}', 'it\'s', '\ud834'])
  attempt(`encode ${text}`, () => api.EncodeText(text));
for (const text of ['\\X\\E9', '\\X2\\00E9D834DD1E\\X0\\', '\\X2\\D834\\X0\\', '\\X4\\00110000\\X0\\', '\\X4\\0000D834\\X0\\', '\\X2\\00', '\\PZ\\\\S\\a', '\\X\\ZZ', '\\X4\\xyz\\X0\\'])
  attempt(`decode ${text}`, () => api.DecodeText(text));
if (process.env.SHOW) console.log(said);
if (said.filter(s => s === '[object WebAssembly.Exception]').length !== 1 || !said.includes('204')) throw Error(said.join('\n'));
