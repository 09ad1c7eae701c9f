// Send DTMF
fetch('http://localhost:24187/override/dtmf', {
  method: 'POST',
  headers: {'Content-Type': 'application/json'},
  body: JSON.stringify({callSid: 'CA123', digit: '1'})
});

// Connect to event stream
const ws = new WebSocket('ws://localhost:24187/events/ws?callSid=CA123');
ws.onmessage = (event) => {
  console.log('Event:', JSON.parse(event.data));
};
