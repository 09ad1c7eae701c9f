import requests
import websocket

# Make a call
response = requests.post(
    "http://localhost:24187/override/text",
    json={"callSid": "CA123", "text": "Hello"}
)

# Connect to event stream
ws = websocket.WebSocket()
ws.connect("ws://localhost:24187/events/ws?callSid=CA123")
while True:
    event = ws.recv()
    print(f"Event: {event}")
